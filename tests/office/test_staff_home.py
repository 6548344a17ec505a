"""Where staff begin: figures that somebody acts on, each with its rows behind it."""

import pytest

from app.kernel import acting
from app.kernel.acting import Actor
from app.kernel.db import db
from app.kernel.lifecycle import move
from app.people.auditing import record
from tests.support.pages import soup, text
from tests.support.people import STAFF_ROLES, make_staff


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_every_role_has_a_start(cast, role):
    assert "Overview" in text(cast[f"staff {role}"]().get("/staff"))


def test_each_figure_opens_its_rows(cast):
    by = Actor.system("test")
    move(cast.account, "active", by=by, why="paid")
    move(cast.account, "suspended", by=by, why="owes")
    make_staff("Bare", "support", second_factor=False)
    db.session.commit()
    owner = cast["staff owner"]()
    figures = {one.select_one(".what").text.strip(): one for one in soup(owner.get("/staff")).select("a.gauge")}
    for label, value, row in (
        ("Not verified yet", "1", "Elsewhere Ltd"),
        ("Suspended", "1", "Example BV"),
        ("Colleagues without second factor", "1", "Bare"),
        ("Failed jobs and events", "0", "No job has failed"),
    ):
        assert figures[label].select_one(".value").text.strip() == value
        assert row in text(owner.get(figures[label]["href"])), label


def test_recent_security_is_for_those_who_may_read_the_log(cast):
    with acting.as_actor(Actor("customer", cast.owner.public_id, cast.owner.name)):
        record("security.password", cast.owner)
    db.session.commit()
    assert "Password changed" in text(cast["staff read_only"]().get("/staff"))
    assert "Password changed" not in text(cast["staff billing"]().get("/staff"))


def test_a_quiet_house_says_so(cast):
    assert "All quiet" in text(cast["staff owner"]().get("/staff"))


def test_keys_lead_to_the_rooms(cast):
    menu = soup(cast["staff owner"]().get("/staff")).select("nav a[data-key]")
    keys = {one["data-key"]: one["href"] for one in menu}
    assert (
        keys.items()
        >= {
            "s": "/staff",
            "c": "/staff/customers",
            "a": "/staff/audit",
            "q": "/staff/queues",
        }.items()
    )


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_customers_find_no_back_office(cast, who):
    client = cast[who]()
    for path in ("/staff", "/staff/search?q=x", "/staff/queues"):
        assert client.get(path).status_code == 404
