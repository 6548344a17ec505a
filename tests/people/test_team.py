"""Who has access to an account, and how they come and go."""

import threading

import pytest

from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.refusal import Refusal
from app.people import memberships
from app.people.models import ApiToken, AuditEntry, Invitation, Membership
from tests.support import pages
from tests.support.people import make_account, make_user


@pytest.fixture
def owner(cast):
    return cast["owner"]()


def membership(cast, role):
    return db.session.query(Membership).filter_by(account_id=cast.account.id, user_id=cast.team[role].id).one_or_none()


def act(client, cast, who, what, **data):
    return client.post(f"/account/people/{membership(cast, who).public_id}/{what}", data=data)


def actions():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def test_the_page_lists_everybody_and_explains_the_roles(owner):
    text = pages.text(owner.get("/account/people"))
    assert all(name in text for name in ("Team owner", "Team billing", "Team technical", "Team read_only"))
    assert "Invoices, payments and company details" in text


def test_who_may_not_manage_sees_no_controls_but_the_way_out(cast):
    for who in ("billing", "technical", "read_only"):
        page = pages.soup(cast[who]().get("/account/people"))
        own = [form["action"] for form in page.select("main form")]
        assert own == ["/account/people/departure"], who


def test_a_role_is_changed_and_written_down(cast, owner):
    row = f"#membership-{membership(cast, 'technical').public_id.replace('_', '-')}"
    answer = owner.submit("/account/people", f"{row} form", role="billing")
    assert (answer.status_code, answer.location) == (303, "/account/people")
    assert membership(cast, "technical").role == "billing"
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.before, entry.after) == (
        "membership.role_changed",
        {"role": "technical"},
        {"role": "billing"},
    )


def test_a_role_that_does_not_exist_is_refused(cast, owner):
    assert act(owner, cast, "technical", "role", role="emperor").status_code == 400


def test_a_removed_person_is_out_at_once_and_so_are_their_tokens(cast, owner):
    technical = cast["technical"]()
    assert technical.get("/portal").status_code == 200
    token = ApiToken(
        user=cast.team["technical"], account=cast.account, name="CI", abilities=[], token_hash="x", hint="abcd"
    )
    db.session.add(token)
    assert act(owner, cast, "technical", "removal").status_code == 303
    assert membership(cast, "technical") is None and token.revoked_at
    assert technical.get("/portal").location == "/accounts"
    assert actions() == ["membership.removed"]


def test_anybody_may_leave_and_lands_where_another_account_can_be_opened(cast):
    client = cast["read_only"]()
    answer = client.post("/account/people/departure")
    assert answer.location == "/accounts"
    assert "You belong to no account" in client.get("/accounts").text
    assert actions() == ["membership.left"]


@pytest.mark.parametrize("htmx", [None, "people"])
def test_the_last_owner_stays_an_owner(cast, owner, htmx):
    mine = membership(cast, "owner").public_id
    for answer in (
        owner.post(f"/account/people/{mine}/role", data={"role": "billing"}, htmx=htmx),
        owner.post("/account/people/departure", htmx=htmx),
    ):
        assert answer.status_code == 422
        assert "only owner" in answer.text
        assert bool(pages.soup(answer).find("html")) is (htmx is None)
    assert membership(cast, "owner").role == "owner"
    assert actions() == []


def test_with_a_second_owner_the_first_may_go(cast, owner):
    act(owner, cast, "billing", "role", role="owner")
    assert owner.post("/account/people/departure").status_code == 303
    assert membership(cast, "owner") is None


def test_nobody_removes_themselves_by_the_other_door(cast, owner):
    assert act(owner, cast, "owner", "removal").status_code == 400


def test_only_owners_manage(cast):
    for who in ("billing", "technical", "read_only", "impersonator"):
        client = cast[who]()
        assert act(client, cast, "read_only", "removal").status_code == 403, who
        assert act(client, cast, "read_only", "role", role="owner").status_code == 403, who
        assert client.post("/account/people/invitations", data={"email": "x@example.com"}).status_code == 403, who
    assert cast["impersonator"]().post("/account/people/departure").status_code == 403
    assert actions() == []


def test_a_stranger_s_people_do_not_exist(cast):
    stranger = cast["stranger"]()
    assert act(stranger, cast, "technical", "removal").status_code == 404
    assert act(stranger, cast, "technical", "role", role="owner").status_code == 404
    assert "Team technical" not in stranger.get("/account/people").text


def test_two_owners_who_remove_each_other_at_once_leave_one(own_database):
    app = own_database.app
    with app.app_context():
        ann, bob = make_user("Ann"), make_user("Bob")
        account = make_account("Race BV", owner=ann)
        db.session.add(Membership(user=bob, account=account, role="owner"))
        db.session.commit()
        rows = [one.id for one in memberships.members(account)]
    start, outcomes = threading.Barrier(2), []

    def remove(number):
        with app.app_context():
            row = db.session.get(Membership, number)
            start.wait()
            try:
                with transaction():
                    memberships.remove(row)
                outcomes.append("removed")
            except Refusal as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=remove, args=[number]) for number in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert sorted(outcomes) == ["last_owner", "removed"]
        assert db.session.query(Membership).count() == 1


# ---------------------------------------------------------------- inviting


def invite(client, email="new@example.com", role="technical", htmx=False):
    return client.submit("/account/people", "#invite form", htmx=htmx, email=email, role=role)


def test_an_invitation_is_kept_and_announced(cast, owner, clock):
    clock.set(clock.now())
    assert invite(owner, " New@Example.com ").status_code == 303
    invitation = db.session.query(Invitation).one()
    assert (invitation.email, invitation.role, invitation.account) == ("new@example.com", "technical", cast.account)
    assert (invitation.expires_at - clock.now()).days == 7
    fact = db.session.query(OutboxEvent).filter_by(name="InvitationSent").one()
    assert fact.fact["invitation"] == invitation.public_id
    assert actions() == ["invitation.sent"]
    assert "new@example.com" in owner.get("/account/people").text


@pytest.mark.parametrize("email", ["", "nobody", "member@example.com", "MEMBER@Example.com"])
@pytest.mark.parametrize("htmx", [False, True])
def test_an_invitation_that_cannot_be_is_refused_beside_the_address(cast, owner, email, htmx):
    cast.team["billing"].email = "member@example.com"
    answer = invite(owner, email, "billing", htmx)
    page = pages.soup(answer)
    assert answer.status_code == 422
    assert page.select_one("#email[aria-invalid=true]")["value"] == email
    assert page.select_one("[name=role][checked]")["value"] == "billing"
    assert db.session.query(Invitation).count() == 0


def test_nobody_is_invited_twice_but_the_letter_may_go_again_a_few_times(owner, clock):
    invite(owner)
    assert "invited already" in invite(owner).text
    invitation = db.session.query(Invitation).one()
    first = invitation.expires_at
    clock.forward(days=1)
    again = f"/account/people/invitations/{invitation.public_id}/letter"
    assert [owner.post(again).status_code for _ in range(5)] == [303, 303, 303, 303, 422]
    assert (invitation.expires_at - first).days == 1


def test_an_expired_invitation_is_renewed_in_place(owner, clock):
    invite(owner)
    clock.forward(days=8)
    assert "Expired" in owner.get("/account/people").text
    assert invite(owner, role="billing").status_code == 303
    assert db.session.query(Invitation).one().role == "billing"


def test_a_withdrawn_invitation_leaves_the_list_and_cannot_be_sent(owner):
    invite(owner)
    place = f"/account/people/invitations/{db.session.query(Invitation).one().public_id}"
    assert owner.post(f"{place}/withdrawal").status_code == 303
    assert "new@example.com" not in pages.text(owner.get("/account/people")).replace("new@example.com is withdrawn", "")
    assert owner.post(f"{place}/letter").status_code == 422
    assert owner.post(f"{place}/withdrawal", htmx="people").status_code == 422
    assert actions() == ["invitation.sent", "invitation.withdrawn"]


def test_a_stranger_s_invitations_do_not_exist(cast, owner):
    invite(owner)
    place = f"/account/people/invitations/{db.session.query(Invitation).one().public_id}"
    assert cast["stranger"]().post(f"{place}/withdrawal").status_code == 404
    assert cast["stranger"]().post(f"{place}/letter").status_code == 404
