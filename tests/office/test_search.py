"""One field that finds everything a member of staff may see."""

import pytest

from app.kernel import finding
from app.kernel.finding import Hit
from tests.support.pages import text


@pytest.fixture
def staff(cast):
    return cast["staff owner"]()


def search(client, typed, **options):
    return client.get("/staff/search", query_string={"q": typed}, **options)


def test_customers_people_and_colleagues_are_found(staff):
    found = text(search(staff, "example"))
    assert "Customers" in found
    assert "Example BV" in found
    assert "team-owner@people.test" in text(search(staff, "team own"))
    found = text(search(staff, "staff tech"))
    assert "Colleagues Staff technician" in found
    assert "Nothing found" in text(search(staff, "zebra"))
    assert "What are you looking for?" in text(search(staff, " "))


def test_an_id_or_an_address_leads_straight_there(cast, staff):
    answer = search(staff, cast.account.public_id)
    assert answer.status_code == 303
    assert answer.location == f"/staff/customers/{cast.account.public_id}"
    assert search(staff, "stranger@people.test").location == f"/staff/people/{cast.stranger.public_id}"


def test_the_beginning_of_an_id_is_enough(cast, staff):
    assert "Example BV" in text(search(staff, cast.account.public_id[:9]))
    assert "Stranger" in text(search(staff, cast.stranger.public_id[:9]))
    assert "Nothing found" in text(search(staff, "acc_%"))


def test_nonsense_finds_nothing(staff):
    for typed in ("'", "):*", "a & | !", "%", "\\", "x" * 5000, "<script>"):
        assert search(staff, typed).status_code == 200, typed


def test_nobody_finds_what_they_may_not_see(cast):
    found = text(search(cast["staff billing"](), "staff tech"))
    assert "Nothing found" in found


def test_later_rooms_add_their_own(cast, staff, monkeypatch):
    monkeypatch.setattr(finding, "finders", list(finding.finders))
    finding.finder("Invoices", permission="accounts.view")(
        lambda typed: [Hit("Invoice 7", "/staff/invoices/7", "€ 12.00", ("paid", "good"))] if typed == "7" else []
    )
    assert "Invoices Invoice 7 paid € 12.00" in text(search(staff, "7"))


def test_as_a_fragment_it_stays_where_it_is(cast, staff):
    answer = search(staff, cast.account.public_id, htmx="results")
    assert answer.status_code == 200
    assert 'id="results"' in answer.text
