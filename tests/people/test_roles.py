"""Colleagues and their roles: nobody gives what they do not have, and somebody always has everything."""

import threading

import pytest

from app.kernel import permissions, sessions
from app.kernel.db import db, find, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.refusal import Refusal
from app.people import role_sets, staff_roles, staffing
from app.people.models import AuditEntry, StaffRole, User
from tests.support.pages import soup, text
from tests.support.people import make_staff


def actions():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def role(name):
    return staff_roles.of([name])[0]


@pytest.fixture
def owner(cast):
    return cast["staff owner"]()


# ---------------------------------------------------------------- what roles hold


def test_seeded_roles_are_sensible_and_made_once(app):
    staff_roles.ensure_roles()
    staff_roles.ensure_roles()
    roles = {one.name: one for one in staff_roles.every()}
    assert list(roles) == ["owner", "admin", "billing", "support", "technician", "read_only"]
    everything = set(permissions.names("staff"))
    assert staff_roles.held([roles["owner"]]) == everything
    assert set(roles["admin"].permissions) == everything
    for one in roles.values():
        assert "staff.home" in staff_roles.held([one])
    assert not {name for name in roles["read_only"].permissions if not name.endswith((".view", ".home"))}


def test_what_was_taken_away_is_not_given_back(app):
    staff_roles.ensure_roles()
    support = role("support")
    support.permissions = ["staff.home"]
    staff_roles.ensure_roles()
    assert support.permissions == ["staff.home"]


def test_what_is_declared_later_reaches_the_roles_that_begin_with_it(app, monkeypatch):
    staff_roles.ensure_roles()
    monkeypatch.setitem(
        permissions.catalogue, ("staff", "orders.view"), permissions.Permission("staff", "orders.view", "")
    )
    monkeypatch.setitem(staff_roles._granted, "billing", {*staff_roles._granted["billing"], "orders.view"})
    staff_roles.ensure_roles()
    assert "orders.view" in role("billing").permissions
    assert "orders.view" in role("admin").permissions
    assert "orders.view" not in role("support").permissions


# ---------------------------------------------------------------- roles on their page


def test_a_role_is_changed_by_its_boxes(cast, owner):
    billing = role("billing")
    page = owner.get(f"/staff/roles/{billing.public_id}")
    legends = [one.text.strip() for one in soup(page).select("#permissions legend")]
    assert legends[:2] == ["Back office", "Customers"]
    answer = owner.submit(page, "#role form", permissions=["staff.home", "audit.view"])
    assert answer.status_code == 303
    assert billing.permissions == ["audit.view", "staff.home"]
    entry = db.session.query(AuditEntry).one()
    assert entry.action == "role.changed"
    assert "accounts.view" in entry.before["permissions"]
    assert cast["staff billing"]().get("/staff/customers").status_code == 403


def test_a_role_is_made_and_removed_when_nobody_has_it(cast, owner):
    owner.submit("/staff/roles/new", "#role form", label="Night shift", permissions=["staff.home"])
    night = role("night_shift")
    staffing.set_roles(cast.staff["read_only"], [night], by=cast.staff["owner"])
    db.session.commit()
    owner.post(f"/staff/roles/{night.public_id}/removal")
    assert find(StaffRole, night.public_id)
    staffing.set_roles(cast.staff["read_only"], [role("read_only")], by=cast.staff["owner"])
    db.session.commit()
    owner.post(f"/staff/roles/{night.public_id}/removal")
    assert not staff_roles.of(["night_shift"])
    assert owner.post(f"/staff/roles/{role('support').public_id}/removal").status_code == 303
    assert role("support")


def test_names_of_roles_are_taken_once(cast, owner):
    answer = owner.submit("/staff/roles/new", "#role form", label="support", permissions=["staff.home"])
    assert answer.status_code == 422
    assert "There is a role of that name already." in text(answer)
    assert owner.submit("/staff/roles/new", "#role form", label="…").status_code == 422


def test_the_role_that_holds_everything_cannot_be_made_smaller(cast, owner):
    everything = role("owner")
    assert "This role holds everything" in text(owner.get(f"/staff/roles/{everything.public_id}"))
    answer = owner.post(f"/staff/roles/{everything.public_id}", data={"label": "Owner", "permissions": ["staff.home"]})
    assert answer.status_code == 422
    assert everything.everything


def test_nobody_gives_a_role_what_they_do_not_have(cast):
    clerk = staff_roles.of(["billing"])[0]
    with pytest.raises(Refusal, match="only what you have"):
        role_sets.change(clerk, "Billing", ["staff.home", "audit.export"], by=cast.staff["support"])
    with pytest.raises(Refusal, match="Nothing here is called"):
        role_sets.change(clerk, "Billing", ["staff.home", "launch.missiles"], by=cast.staff["owner"])


# ---------------------------------------------------------------- colleagues


def test_the_list_shows_everyone_with_roles_and_missing_proofs(cast, owner):
    make_staff("Newcomer", "support", second_factor=False, password_hash="x")
    shown = text(owner.get("/staff/colleagues"))
    assert "Staff technician" in shown
    assert "no second factor" in shown


def test_somebody_new_is_invited(cast, owner, work_off):
    answer = owner.submit(
        "/staff/colleagues/new", "#colleague-new form", email="New@Example.com", name="New Person", roles=["support"]
    )
    assert answer.status_code == 303, text(answer)
    new = db.session.query(User).filter_by(email="new@example.com").one()
    assert new.password_hash is None
    assert [one.name for one in staffing.roles_of(new)] == ["support"]
    assert db.session.query(OutboxEvent).filter_by(name="StaffInvited").one().fact["user"] == new.public_id
    assert actions() == ["staff.added"]
    assert "invited" in text(owner.get("/staff/colleagues"))


def test_a_customer_becomes_a_colleague(cast, owner):
    cast.stranger.email = "stranger@example.com"
    answer = owner.submit(
        "/staff/colleagues/new", "#colleague-new form", email=cast.stranger.email, name="x", roles=["read_only"]
    )
    assert answer.status_code == 303
    assert cast.stranger.is_staff
    assert cast.stranger.name == "Stranger"


def test_a_colleague_is_added_once_with_a_role_at_least(cast, owner):
    form = ("/staff/colleagues/new", "#colleague-new form")
    cast.staff["support"].email = "support@example.com"
    twice = owner.submit(*form, email=cast.staff["support"].email, name="x", roles=["support"])
    assert "is a colleague already" in text(twice)
    assert "Choose at least one role" in text(owner.submit(*form, email="a@example.com", name="A"))
    assert owner.submit(*form, email="nonsense", name="A", roles=["support"]).status_code == 422


def test_taking_a_role_away_ends_their_sessions(cast, owner):
    support = cast["staff support"]()
    support.get("/staff")
    assert sessions.count_of(cast.staff["support"].public_id)
    where = f"/staff/colleagues/{cast.staff['support'].public_id}"
    owner.submit(where, "#colleague form", roles=["read_only"])
    assert sessions.count_of(cast.staff["support"].public_id) == 0
    assert support.get("/staff").status_code == 303
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert (entry.before, entry.after) == ({"roles": ["support"]}, {"roles": ["read_only"]})


@pytest.mark.parametrize("act", ["removal", "disabling"])
def test_removed_or_disabled_is_out_at_once(cast, owner, act):
    support = cast["staff support"]()
    support.get("/staff")
    owner.post(f"/staff/colleagues/{cast.staff['support'].public_id}/{act}")
    assert support.get("/staff").status_code == 303
    assert "/sign-in" in support.get("/staff").location
    if act == "disabling":
        owner.post(f"/staff/colleagues/{cast.staff['support'].public_id}/enabling")
        assert cast.staff["support"].is_active


def test_nobody_touches_who_has_more(cast):
    admin, chief = cast.staff["admin"], cast.staff["owner"]
    for act in (staffing.remove, staffing.disable):
        with pytest.raises(Refusal, match="may do more than you"):
            act(chief, by=admin)
    with pytest.raises(Refusal, match="only what you have"):
        staffing.set_roles(cast.staff["support"], [role("owner")], by=admin)
    with pytest.raises(Refusal, match="only what you have"):
        staffing.add("a@people.test", "A", [role("admin")], by=cast.staff["support"])
    with pytest.raises(Refusal, match="may do more than you"):
        staffing.check_may_touch(cast.staff["support"], admin)


def test_the_last_owner_stays(cast, owner):
    chief = cast.staff["owner"]
    where = f"/staff/colleagues/{chief.public_id}"
    refused = owner.submit(where, "#colleague form", roles=["admin"])
    assert refused.status_code == 422
    assert "Nobody would be left" in text(refused)
    owner.post(f"{where}/removal")
    assert staffing.roles_of(chief)[0].everything
    second = make_staff("Second owner", "owner")
    with transaction():
        staffing.remove(second, by=chief)
    with pytest.raises(Refusal, match="cannot disable yourself"):
        staffing.disable(chief, by=chief)


def test_of_two_owners_who_remove_each_other_at_once_one_stays(own_database):
    with own_database.app.app_context():
        ids = [make_staff(name, "owner").public_id for name in ("Ann", "Bob")]
        db.session.commit()
    start = threading.Barrier(2)
    refused = []

    def remove(who, by):
        with own_database.app.app_context():
            start.wait()
            try:
                with transaction():
                    staffing.remove(find(User, who), by=find(User, by))
            except Refusal as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=remove, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.app.app_context():
        assert len(refused) == 1
        assert len(staffing.colleagues()) == 1


def test_changing_colleagues_needs_the_permission_and_a_fresh_proof(cast):
    assert cast["staff support"]().get("/staff/colleagues").status_code == 403
    assert cast["owner"]().get("/staff/colleagues").status_code == 404
    stale = cast.client(cast.staff["owner"])
    with stale.session_transaction() as session:
        session["proved_at"] = 0
    assert "/prove" in stale.get("/staff/colleagues/new").location
    assert "/prove" in stale.post(f"/staff/colleagues/{cast.staff['support'].public_id}/removal").location


def test_staff_without_a_second_factor_reach_only_its_set_up(cast):
    bare = cast.client(make_staff("Bare", "owner", second_factor=False))
    answer = bare.get("/staff/customers")
    assert answer.status_code == 303
    assert answer.location.startswith("/security")
