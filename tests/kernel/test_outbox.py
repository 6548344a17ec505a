from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock, delivery, events, outbox
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent, ReactionDone
from app.kernel.queueing import queue


@dataclass(frozen=True)
class LampLit:
    lamp: str


class Broken(Exception):
    pass


@pytest.fixture
def heard(monkeypatch) -> Iterator[list[str]]:
    """A fact of this test alone, with one reaction that works and one that fails while `fail` is in the list."""
    told: list[str] = []
    monkeypatch.setitem(events.catalogue, "LampLit", LampLit)
    monkeypatch.setitem(events.reactions, "LampLit", {})

    @events.reaction("LampLit")
    def steady(fact: LampLit) -> None:
        told.append(f"steady {fact.lamp}")

    @events.reaction("LampLit")
    def shaky(fact: LampLit) -> None:
        if "fail" in told:
            raise Broken
        told.append(f"shaky {fact.lamp}")

    return told


def lit() -> OutboxEvent:
    with transaction():
        events.announce(LampLit(lamp="hall"))
    return db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "LampLit")).one()


def test_a_fact_is_queued_only_after_its_transaction(app, heard):
    with transaction():
        events.announce(LampLit(lamp="hall"))
        assert queue("events").count == 0
    assert queue("events").count == 1


def test_a_fact_of_a_failed_transaction_never_was(app, heard):
    def announce_and_fail() -> None:
        with transaction():
            events.announce(LampLit(lamp="hall"))
            raise Broken

    with pytest.raises(Broken):
        announce_and_fail()
    assert queue("events").count == 0
    assert db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "LampLit")).first() is None


def test_each_reaction_is_applied_once_however_often_it_is_delivered(app, heard):
    entry = lit()
    for _ in range(3):
        delivery.deliver(entry.id)
    assert sorted(heard) == ["shaky hall", "steady hall"]
    assert entry.delivered_at is not None
    assert entry.due_at is None


def test_a_failing_reaction_holds_up_no_other_and_is_tried_again(app, heard):
    entry = lit()
    heard.append("fail")
    delivery.deliver(entry.id)
    assert "steady hall" in heard
    assert entry.delivered_at is None
    assert "shaky" in (entry.error or "")

    heard.remove("fail")
    delivery.deliver(entry.id)
    assert heard == ["steady hall", "shaky hall"]
    assert entry.delivered_at is not None


def test_what_a_failing_reaction_wrote_is_taken_back(app, heard):
    entry = lit()
    heard.append("fail")
    delivery.deliver(entry.id)
    done = db.session.scalars(select(ReactionDone.reaction).where(ReactionDone.event_id == entry.id)).all()
    assert [name.rpartition(".")[2] for name in done] == ["steady"]


def test_the_sweep_finds_what_the_relay_lost(app, heard):
    entry = lit()
    queue("events").empty()
    assert outbox.sweep() == 0  # the relay still has its chance
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert outbox.sweep() == 1
        assert outbox.sweep() == 0  # asked for; not due again yet
    assert queue("events").jobs[0].args == [entry.id]


def test_a_hopeless_event_is_given_up_and_a_person_can_try_again(app, heard):
    entry = lit()
    heard.append("fail")
    for _ in range(outbox.MOST_TRIES):
        delivery.deliver(entry.id)
    assert outbox.given_up() == [entry]
    assert outbox.lag() == timedelta()

    heard.remove("fail")
    queue("events").empty()
    with transaction():
        outbox.try_again(entry)
    assert queue("events").count == 1
    delivery.deliver(entry.id)
    assert outbox.given_up() == []


def test_the_lag_is_the_age_of_the_oldest_overdue_event(app, heard):
    with clock.at(clock.now()) as start:
        lit()
    with clock.at(start + outbox.GRACE + timedelta(minutes=7)):
        assert outbox.lag() == timedelta(minutes=7)


def test_a_fact_outside_the_catalogue_is_refused(app):
    @dataclass(frozen=True)
    class Unheard:
        pass

    with pytest.raises(TypeError, match="Unheard"):
        events.announce(Unheard())


def test_a_reaction_to_a_fact_nobody_announces_stops_the_start(monkeypatch):
    monkeypatch.setitem(events.reactions, "Nonsense", {})
    with pytest.raises(RuntimeError, match="Nonsense"):
        events.check_catalogue()


@pytest.mark.parametrize(("name", "fact"), [("LampBroken", {}), ("LampLit", {"colour": "red"})])
def test_a_fact_of_another_release_is_put_off_and_then_given_up(app, heard, name, fact):
    with transaction():
        outbox.write(name, fact)
    entry = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == name)).one()
    for _ in range(outbox.MOST_TRIES):
        delivery.deliver(entry.id)
    assert outbox.given_up() == [entry]
    assert "not understood" in (entry.error or "")
