"""Customers in the back office: the list, a customer's page, and what staff do there."""

import io

import pytest

from app.kernel.db import db
from app.people import queries
from app.people.models import AccountNote, AuditEntry
from app.people.queries import CustomerFilter
from tests.support.pages import soup, text
from tests.support.people import make_account, make_user


@pytest.fixture
def staff(cast):
    return cast["staff owner"]()


def page_of(account, rest=""):
    return f"/staff/customers/{account.public_id}{rest}"


def actions():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def test_the_list_shows_everyone_and_is_found_by_beginnings_of_words(cast, staff):
    assert "Example BV" in text(staff.get("/staff/customers"))
    for typed in ("exa", "EXAMPLE bv", "team-owner@people", "people.te", cast.account.public_id):
        found = text(staff.get("/staff/customers", query_string={"q": typed}))
        assert "Example BV" in found, typed
    assert "Nobody fits" in text(staff.get("/staff/customers", query_string={"q": "zebra"}))
    assert "Nobody fits" in text(staff.get("/staff/customers", query_string={"q": "'):*&|!<->\\"}))


def test_the_list_as_a_fragment_is_the_region_alone(cast, staff):
    answer = staff.get("/staff/customers?status=pending", htmx="customers")
    assert answer.text.lstrip().startswith('<div id="customers"')
    assert "Example BV" in answer.text


def test_filters_narrow_the_list(cast, staff):
    assert "Example BV" in text(staff.get("/staff/customers?status=pending&country=NL"))
    assert "Nobody fits" in text(staff.get("/staff/customers?status=suspended"))
    assert "Nobody fits" in text(staff.get("/staff/customers?country=AR"))
    assert staff.get("/staff/customers?status=nonsense&sort=nonsense&after=acc_none").status_code == 200


@pytest.mark.parametrize("sort", queries.SORTS)
def test_paging_passes_every_customer_once_in_both_directions(app, sort):
    for number in range(7):
        make_account(f"Customer {(number * 3) % 7 // 2}", owner=make_user(f"Person {number}"))
    asked = CustomerFilter(sort=sort)
    whole = [account.id for account in queries.customers(asked, size=50).accounts]
    assert len(whole) == 7
    seen, after = [], None
    while True:
        found = queries.customers(asked, after=after, size=3)
        seen += [account.id for account in found.accounts]
        if found.later is None:
            break
        after = found.later
    assert seen == whole
    assert found.earlier is not None
    back = queries.customers(asked, before=found.earlier, size=3)
    assert [account.id for account in back.accounts] == whole[3:6]
    first = queries.customers(asked, before=back.earlier, size=3)
    assert [account.id for account in first.accounts] == whole[:3]
    assert first.earlier is None


def test_a_customers_page_tells_who_has_access(cast, staff):
    shown = text(staff.get(page_of(cast.account)))
    assert "Team billing" in shown
    assert "password only" in shown
    assert staff.get("/staff/customers/acc_unknown").status_code == 404


def test_suspending_asks_why_and_stands_in_the_history(cast, staff):
    staff.submit(page_of(cast.account, "/activation"), "#status-change form", reason="Paid")
    refused = staff.submit(page_of(cast.account, "/suspension"), "#status-change form", reason="")
    assert refused.status_code == 422
    answer = staff.submit(page_of(cast.account, "/suspension"), "#status-change form", reason="Spam was sent")
    assert answer.status_code == 303, text(answer)
    assert cast.account.status == "suspended"
    shown = text(staff.get(page_of(cast.account)))
    assert "Spam was sent" in shown
    assert "Reopen" in shown
    assert actions() == ["account.activated", "account.suspended"]
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.before == {"status": "active"}
    assert entry.after == {"status": "suspended", "reason": "Spam was sent"}
    assert entry.actor_name == "Staff owner"


def test_an_act_that_its_status_does_not_allow_is_refused(cast, staff):
    assert "Not possible any more" in text(staff.get(page_of(cast.account, "/reopening")))
    assert staff.post(page_of(cast.account, "/reopening"), data={"reason": "because"}).status_code == 422
    assert cast.account.status == "pending"


def test_a_closed_account_stays_closed(cast, staff):
    staff.submit(page_of(cast.account, "/closure"), "#status-change form", reason="Asked for it")
    assert cast.account.status == "closed"
    assert "Not possible any more" in text(staff.get(page_of(cast.account, "/reopening")))


def test_a_dialog_is_the_same_form_without_its_page(cast, staff):
    answer = staff.get(page_of(cast.account, "/closure"), htmx="dialogs")
    assert "<html" not in answer.text
    assert "cannot be reopened" in answer.text
    done = staff.submit(answer, "#status-change form", htmx=True, reason="Asked for it")
    assert done.status_code == 204
    assert "HX-Location" in done.headers


def test_notes_are_added_pinned_and_deleted_by_their_author_alone(cast, staff):
    colleague = cast["staff support"]()
    staff.submit(page_of(cast.account), "#notes form", text="Calls on Mondays")
    staff.submit(page_of(cast.account), "#notes form", text="Prefers Dutch")
    first = db.session.query(AccountNote).order_by(AccountNote.id).first()
    assert "Calls on Mondays" in text(colleague.get(page_of(cast.account)))
    colleague.post(page_of(cast.account, f"/notes/{first.public_id}/pin"))
    shown = text(staff.get(page_of(cast.account)))
    assert shown.index("Calls on Mondays") < shown.index("Prefers Dutch")
    refused = colleague.post(page_of(cast.account, f"/notes/{first.public_id}/removal"), htmx="notes")
    assert "Only its author" in refused.text
    staff.post(page_of(cast.account, f"/notes/{first.public_id}/removal"))
    assert db.session.query(AccountNote).count() == 1
    assert actions() == ["note.added", "note.added", "note.pinned", "note.removed"]


def test_an_empty_note_is_refused_in_its_panel(cast, staff):
    answer = staff.post(page_of(cast.account, "/notes"), data={"text": "  "}, htmx="notes")
    assert answer.status_code == 422
    assert soup(answer).find(id="notes")
    assert staff.post(page_of(cast.account, "/notes"), data={"text": ""}).status_code == 422
    file = {"text": (io.BytesIO(b"words"), "note.txt")}
    assert staff.post(page_of(cast.account, "/notes"), data=file).status_code == 422


def test_a_note_of_another_account_is_not_there(cast, staff):
    staff.submit(page_of(cast.account), "#notes form", text="Calls on Mondays")
    note = db.session.query(AccountNote).one()
    assert staff.post(page_of(cast.strange_account, f"/notes/{note.public_id}/pin")).status_code == 404


def test_a_tax_exemption_needs_its_reason(cast, staff):
    where = page_of(cast.account, "/exemption")
    assert staff.submit(where, "#exemption form", exempt="y", reason="").status_code == 422
    staff.submit(where, "#exemption form", exempt="y", reason="Article 25, certificate 7")
    assert cast.account.tax_exempt
    assert "Article 25" in text(staff.get(page_of(cast.account)))
    staff.post(where, data={"reason": "no longer asked for"})
    assert not cast.account.tax_exempt
    assert cast.account.tax_exempt_reason == ""
    assert actions() == ["account.tax_exemption_changed"] * 2


def test_details_are_changed_with_before_and_after(cast, staff):
    where = page_of(cast.account, "/details")
    changed = {"billing-line1": "Dam 1", "billing-city": "Amsterdam", "billing-postal_code": "1012jl"}
    answer = staff.submit(where, "#details form", name="Example Holding", **changed)
    assert answer.status_code == 303, text(answer)
    entry = db.session.query(AuditEntry).one()
    assert entry.before["name"] == "Example BV"
    assert entry.after["name"] == "Example Holding"
    assert cast.account.address("billing").postal_code == "1012 JL"
    wrong = staff.submit(where, "#details form", phone="ask Ann")
    assert wrong.status_code == 422
    assert "Write a telephone number" in text(wrong)


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_customers_find_nothing_here(cast, who):
    client = cast[who]()
    for path in ("", f"/{cast.account.public_id}", f"/{cast.account.public_id}/suspension"):
        assert client.get(f"/staff/customers{path}").status_code == 404
    assert client.post(page_of(cast.account, "/closure"), data={"reason": "x"}).status_code == 404


def test_who_may_only_look_changes_nothing(cast):
    client = cast["staff read_only"]()
    shown = client.get(page_of(cast.account))
    assert not soup(shown).select("#main form")
    assert client.post(page_of(cast.account, "/notes"), data={"text": "hello"}).status_code == 403
    assert client.post(page_of(cast.account, "/suspension"), data={"reason": "hello"}).status_code == 403
