"""Who the account is."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import companies
from app.people.models import Account, AuditEntry
from tests.support import pages

GOOD = {
    "name": "Example BV",
    "company": "Example BV",
    "phone": "+31 20 123 4567",
    "tax_id": "nl 1234.56.782.b90",
    "billing-country": "NL",
    "billing-line1": "Keizersgracht 1",
    "billing-postal_code": "1015cn",
    "billing-city": "Amsterdam",
}


@pytest.fixture
def owner(cast):
    return cast["owner"]()


def save(client, htmx=False, **changes):
    return client.submit("/account", "#company-details form", htmx=htmx, **{**GOOD, **changes})


def test_the_details_are_kept_in_the_form_that_an_invoice_needs(cast, owner):
    assert save(owner).status_code == 303
    account, billing = cast.account, cast.account.address("billing")
    assert account.tax_id == "NL123456782B90"
    assert (billing.postal_code, billing.city, billing.country) == ("1015 CN", "Amsterdam", "NL")
    assert account.address("shipping") is None
    assert db.session.scalar(select(companies.is_complete()).where(Account.id == account.id))


def test_a_change_is_audited_with_what_was_before(cast, owner):
    save(owner)
    save(owner, **{"billing-city": "Utrecht"})
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert (entry.action, entry.account_id) == ("account.changed", cast.account.public_id)
    assert entry.before == {"billing_city": "Amsterdam"} and entry.after == {"billing_city": "Utrecht"}


def test_post_may_go_elsewhere_and_come_back(cast, owner):
    there = {"shipping-country": "BE", "shipping-line1": "Meir 1", "shipping-postal_code": "2000"}
    assert save(owner, elsewhere="y", **there, **{"shipping-city": "Antwerpen"}).status_code == 303
    assert cast.account.address("shipping").city == "Antwerpen"
    assert save(owner, elsewhere=None).status_code == 303
    page = pages.soup(owner.get("/account"))
    assert page.select_one("#elsewhere").has_attr("checked")  # a box that is proposed ticked stays ticked
    data = pages.proposed(page.select_one("#company-details form"))
    data.pop("elsewhere")
    assert owner.post("/account", data=data).status_code == 303
    assert cast.account.address("shipping") is None


@pytest.mark.parametrize("htmx", [False, True])
def test_every_problem_stands_beside_its_field_and_nothing_is_saved(cast, owner, htmx):
    empty = {"name": " ", "billing-line1": "", "billing-city": "", "elsewhere": "y", "company": "New name"}
    answer = save(owner, htmx=htmx, **empty)
    page = pages.soup(answer)
    assert answer.status_code == 422
    wrong = {one["id"] for one in page.select("[aria-invalid=true]")}
    shipping = {"shipping-line1", "shipping-postal_code", "shipping-city", "shipping-country"}
    assert wrong == {"name", "billing-line1", "billing-city", *shipping}
    assert {link["href"][1:] for link in page.select("[data-summary] a")} == wrong
    assert page.select_one("#company-x") is None and page.select_one("input#company")["value"] == "New name"
    assert cast.account.company == ""


def test_all_mistakes_are_told_at_once(cast, owner):
    wrong = {"name": " ", "phone": "call me", "tax_id": "NL123456789B01", "billing-postal_code": "10 AB"}
    page = pages.soup(save(owner, elsewhere="y", **wrong, **{"shipping-country": "NL", "shipping-postal_code": "1"}))
    found = {one["id"] for one in page.select("[aria-invalid=true]")}
    assert found == {*wrong, "shipping-postal_code", "shipping-line1", "shipping-city"}
    assert {link["href"][1:] for link in page.select("[data-summary] a")} == found


def test_the_verb_keeps_the_law_for_whoever_comes_without_a_form(cast):
    good = companies.Place(country="NL", line1="Meir 1", city="Utrecht", postal_code="1015 CN")
    bad = companies.Place(country="NL", line1="Meir 1", city="Utrecht", postal_code="1")
    for details, field in [
        (companies.Details("A", good, phone="call me"), "phone"),
        (companies.Details("A", good, tax_id="NL1"), "tax_id"),
        (companies.Details("A", bad), "billing.postal_code"),
        (companies.Details("A", good, shipping=bad), "shipping.postal_code"),
    ]:
        with pytest.raises(Refusal) as refused:
            companies.change_details(cast.account, details)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tax_id": "NL123456789B01"}, "tax_id"),
        ({"tax_id": "DE136695976"}, "tax_id"),
        ({"tax_id": "<script>"}, "tax_id"),
        ({"billing-postal_code": "10 AB"}, "billing-postal_code"),
        ({"billing-postal_code": ""}, "billing-postal_code"),
        ({"billing-country": "ZZ"}, "billing-country"),
        ({"phone": "call me"}, "phone"),
        ({"name": "x" * 300}, "name"),
    ],
)
def test_what_cannot_be_is_refused_in_its_place(cast, owner, changes, field):
    page = pages.soup(save(owner, **changes))
    assert [one["id"] for one in page.select("[aria-invalid=true]")] == [field]
    assert db.session.query(AuditEntry).count() == 0
    assert cast.account.company == "" and cast.account.address("billing").line1 == ""


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "de 136 695 976", "DE136695976"),
        ("GR", "094259216", "EL094259216"),
        ("BE", "0697.449.992", "BE0697449992"),
        ("GB", "GB 980 7806 84", "980780684"),
        ("US", "12-3456789", "12-3456789"),
        ("AE", "", ""),
    ],
)
def test_tax_numbers_are_written_as_their_country_does(cast, owner, country, typed, kept):
    answer = save(owner, **{"billing-country": country, "billing-postal_code": "12345", "tax_id": typed})
    assert answer.status_code == 303
    assert cast.account.tax_id == kept


def test_countries_are_named_in_the_reader_s_language(cast, owner):
    cast.owner.locale = "nl"
    assert "Oostenrijk" in owner.get("/account").text


def test_what_only_staff_settle_is_shown_and_not_asked(cast, owner):
    cast.account.tax_exempt, cast.account.tax_exempt_reason = True, "An embassy"
    page = pages.soup(owner.get("/account"))
    assert "An embassy" in page.get_text() and "EUR" in page.get_text()
    assert not page.select("[name=currency], [name=tax_exempt]")


def test_billing_may_change_and_others_look(cast):
    assert save(cast["billing"]()).status_code == 303
    for who in ("technical", "read_only"):
        client = cast[who]()
        page = pages.soup(client.get("/account"))
        assert page.select_one("#company-details") and not page.select("#company-details form")
        assert "Keizersgracht 1" in page.get_text()
        assert client.post("/account", data=GOOD).status_code == 403


def test_a_stranger_sees_and_changes_their_own_account_alone(cast):
    stranger = cast["stranger"]()
    assert "Example BV" not in stranger.get("/account").text
    save(stranger, name="Elsewhere GmbH")
    assert (cast.account.name, cast.strange_account.name) == ("Example BV", "Elsewhere GmbH")
