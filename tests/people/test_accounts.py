"""The accounts a person belongs to."""

import pytest
from sqlalchemy import delete

from app.kernel.db import db
from app.people.models import Account, AuditEntry, Membership
from tests.support import pages
from tests.support.people import make_account


@pytest.fixture
def second(cast):
    """The owner of the first account may look at this one."""
    return make_account("Second BV", owner=cast.stranger, read_only=cast.owner)


def test_whoever_belongs_to_several_goes_from_one_to_another(cast, second):
    client = cast["owner"]()
    assert "Example BV" in pages.text(client.get("/portal"))
    answer = client.submit("/accounts", "#accounts form")
    assert (answer.status_code, answer.location) == (303, "/portal")
    assert "Second BV" in pages.text(client.get("/portal"))
    # What is open decides, not what the person may elsewhere.
    assert client.post("/account", data={"name": "Mine now"}).status_code == 403


def test_nothing_of_the_other_account_stays_behind(cast, second):
    client = cast.client(cast.owner, account=cast.account, cart="crt_1", remember=True)
    client.post("/account/switch", data={"account": second.public_id})
    with client.session_transaction() as session:
        assert session["account"] == second.public_id and session["remember"] is True
        assert "cart" not in session


def test_an_account_of_others_does_not_exist(cast):
    client = cast["owner"]()
    for wanted in (cast.strange_account.public_id, "acc_nothing", ""):
        assert client.post("/account/switch", data={"account": wanted}).status_code == 404
    assert cast["impersonator"]().post("/account/switch", data={"account": cast.account.public_id}).status_code == 403


def test_a_further_account_is_opened_and_entered(cast):
    client = cast["read_only"]()
    answer = client.submit("/accounts", "#new-account form", name="My own", country="BE")
    assert answer.location == "/portal"
    account = db.session.query(Account).filter_by(name="My own").one()
    mine = db.session.query(Membership).filter_by(account_id=account.id).one()
    assert (mine.user, mine.role) == (cast.team["read_only"], "owner")
    assert account.status == "active" and account.address("billing").country == "BE"
    assert "My own" in pages.text(client.get("/portal"))
    assert db.session.query(AuditEntry).one().action == "account.opened"


@pytest.mark.parametrize("htmx", [False, True])
def test_an_account_needs_a_name_and_a_country(cast, htmx):
    answer = cast["owner"]().submit("/accounts", "#new-account form", htmx=htmx, name="Kept")
    page = pages.soup(answer)
    assert answer.status_code == 422
    assert page.select_one("#name")["value"] == "Kept"
    assert page.select_one("#country[aria-invalid=true]")
    assert db.session.query(Account).count() == 2


def removed(user, account):
    db.session.execute(delete(Membership).where(Membership.user_id == user.id, Membership.account_id == account.id))
    db.session.commit()


def test_who_is_removed_while_a_page_is_open_is_told_and_not_shown_the_other_account(cast, second):
    client = cast["owner"]()
    assert client.get("/account").status_code == 200
    with client.session_transaction() as session:
        session["cart"] = "crt_1"
    removed(cast.owner, cast.account)
    answer = client.get("/account")
    assert (answer.status_code, answer.location) == (303, "/portal")
    with client.session_transaction() as session:
        assert "cart" not in session
    home = client.get("/portal")
    assert "You no longer have access to Example BV. This is Second BV." in pages.soup(home).select_one("#toasts").text
    assert client.get("/account").status_code == 200


def test_what_was_sent_for_the_lost_account_is_done_in_no_other(cast):
    make_account("Second BV", owner=cast.owner)
    client = cast["owner"]()
    data = pages.proposed(pages.soup(client.get("/account")).select_one("#company-details form"))
    removed(cast.owner, cast.account)
    address = {"billing-line1": "Meir 1", "billing-city": "Antwerpen", "billing-postal_code": "1015CN"}
    answer = client.post("/account", data={**data, **address, "name": "Wrong one"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and answer.headers["HX-Redirect"] == "/portal"
    assert db.session.query(Account).filter_by(name="Wrong one").count() == 0


def test_who_loses_the_only_account_is_told_too(cast):
    client = cast["read_only"]()
    client.get("/portal")
    removed(cast.team["read_only"], cast.account)
    assert client.get("/account").location == "/accounts"
    assert "You no longer have access to Example BV." in client.get("/accounts").text
