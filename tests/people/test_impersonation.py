"""In a customer's place: for a reason, for half an hour, without their keys, and on record."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.refusal import Refusal
from app.people import impersonating
from app.people.models import AuditEntry, Impersonation, Membership, StaffRole
from tests.support.pages import soup, text
from tests.support.people import make_user


def where(cast, user=None, account=None):
    account, user = account or cast.account, user or cast.owner
    return f"/staff/customers/{account.public_id}/people/{user.public_id}/impersonation"


def begin(cast, client, user=None):
    answer = client.submit(where(cast, user), "#impersonation form", reason="ticket 4711")
    assert answer.status_code == 303, text(answer)
    return client


def entries(action):
    return db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.number).all()


@pytest.fixture
def support(cast):
    db.session.query(Impersonation).delete()
    return cast["staff support"]()


def test_the_banner_stands_on_every_page_and_names_both(cast, support):
    begin(cast, support)
    for path in ("/account", "/staff", f"/staff/customers/{cast.account.public_id}"):
        banner = soup(support.get(path)).find(class_="posing")
        assert banner, path
        assert "Staff support" in banner.text
        assert "Team owner" in banner.text
        assert banner.find("form")["action"] == "/impersonation/end"


def test_it_begins_with_a_reason_and_is_on_record(cast, support):
    assert support.submit(where(cast), "#impersonation form", reason=" ").status_code == 422
    assert support.submit(where(cast), "#impersonation form", reason="hm").status_code == 422
    begin(cast, support)
    entry = entries("impersonation.started")[0]
    assert entry.after["reason"] == "ticket 4711"
    assert entry.account_id == cast.account.public_id
    assert entry.actor_name == "Staff support"


def test_every_act_is_recorded_with_both_names(cast, support):
    begin(cast, support)
    support.submit(
        "/account",
        "#main form[action='/account']",
        **{"billing-line1": "Dam 1", "billing-city": "Amsterdam", "billing-postal_code": "1012 JL"},
    )
    for action in ("impersonation.acted", "account.changed"):
        entry = entries(action)[0]
        assert (entry.actor_name, entry.behalf_name) == ("Staff support", "Team owner"), action
    assert entries("impersonation.acted")[0].after == {"request": "POST /account"}


def test_credentials_people_and_tokens_stay_out_of_reach(cast, support):
    begin(cast, support)
    for path in ("/security", "/profile", "/account/tokens"):
        answer = support.get(path)
        assert answer.status_code == 403, path
        assert "You are acting as Team owner" in text(answer), path
    assert support.post("/account/people/invitations", data={"email": "a@b.example", "role": "owner"}).status_code in (
        403,
        404,
    )


def test_on_staff_pages_one_acts_as_oneself(cast, support):
    begin(cast, support)
    support.submit(f"/staff/customers/{cast.account.public_id}", "#notes form", text="Saw it myself")
    assert entries("note.added")[0].behalf_name is None


def test_the_button_ends_it(cast, support):
    begin(cast, support)
    answer = support.post("/impersonation/end")
    assert answer.status_code == 303
    assert db.session.query(Impersonation).one().ended_at is not None
    assert entries("impersonation.ended")[0].after["why"] == "button"
    assert not soup(support.get("/staff")).find(class_="posing")
    assert support.post("/impersonation/end").status_code == 303


def test_time_ends_it(cast, support):
    begin(cast, support)
    with clock.at(clock.now() + timedelta(minutes=29)):
        assert soup(support.get("/staff")).find(class_="posing")
    with clock.at(clock.now() + timedelta(minutes=30)):
        assert not soup(support.get("/staff")).find(class_="posing")
        assert "Team owner" not in text(support.get("/account", follow_redirects=True))


def test_signing_out_ends_it(cast, support):
    begin(cast, support)
    support.post("/sign-out")
    assert db.session.query(Impersonation).one().ended_at is not None
    assert entries("impersonation.ended")[0].after["why"] == "signed out"


def test_losing_the_permission_ends_it(cast, support):
    begin(cast, support)
    role = db.session.query(StaffRole).filter_by(name="support").one()
    role.permissions = [name for name in role.permissions if name != "accounts.impersonate"]
    db.session.commit()
    assert not soup(support.get("/staff")).find(class_="posing")


def test_ones_own_account_is_open_again_afterwards(cast):
    staff = cast.staff["support"]
    db.session.query(Impersonation).delete()
    own = cast.strange_account
    db.session.add(Membership(user=staff, account=own, role="owner"))
    client = cast.client(staff, account=own)
    begin(cast, client)
    assert "Example BV" in client.get("/account").text
    client.post("/impersonation/end")
    assert "Elsewhere Ltd" in client.get("/account").text
    with client.session_transaction() as session:
        assert session["account"] == own.public_id
        assert "impersonation" not in session


def test_a_second_one_ends_the_first(cast, support):
    begin(cast, support)
    begin(cast, support, cast.team["billing"])
    running = db.session.query(Impersonation).order_by(Impersonation.id).all()
    assert running[0].ended_at is not None
    assert running[1].ended_at is None


def test_who_may_not_be_stood_in_for(cast):
    staff = cast.staff["support"]
    gone = make_user("Gone", disabled_at=clock.now())
    fresh = make_user("Fresh", verified=False)
    for user in (gone, fresh, cast.staff["billing"]):
        db.session.add(Membership(user=user, account=cast.account, role="billing"))
    db.session.commit()
    for user in (gone, fresh, cast.staff["billing"], cast.stranger):
        with pytest.raises(Refusal), transaction():
            impersonating.begin(staff, user, cast.account, "a good reason")


def test_another_ones_impersonation_in_ones_session_is_worth_nothing(cast):
    client = cast.client(cast.staff["admin"], impersonation=cast.impersonation.public_id)
    assert not soup(client.get("/staff")).find(class_="posing")


def test_it_asks_for_a_fresh_proof_and_the_permission(cast):
    stale = cast.client(cast.staff["support"])
    with stale.session_transaction() as session:
        session["proved_at"] = 0
    answer = stale.get(where(cast))
    assert answer.status_code == 303
    assert "/prove" in answer.location
    assert cast["staff billing"]().get(where(cast)).status_code == 403
    assert cast["owner"]().get(where(cast)).status_code == 404
