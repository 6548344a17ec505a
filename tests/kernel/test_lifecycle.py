import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Identity, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel import clock, events
from app.kernel.acting import Actor
from app.kernel.db import db, transaction
from app.kernel.lifecycle import Lifecycle, Living, Transition, history, move
from app.kernel.outbox import OutboxEvent
from app.kernel.refusal import Refusal

ANNA = Actor("customer", "usr_anna", "Anna")
SAM = Actor("staff", "usr_sam", "Sam")
SAM_FOR_ANNA = Actor("staff", "usr_sam", "Sam", "usr_anna", "Anna")
POLICY = Actor.system("dunning")


class Base(DeclarativeBase):
    """Tables of this file alone: no other test, and no migration, ever sees them."""


@dataclass(frozen=True)
class LampLit:
    lamp: int


@dataclass(frozen=True)
class LampBroken:
    lamp: int
    was: str


class Lamp(Living, Base):
    __tablename__ = "lamp"
    lifecycle = Lifecycle(
        "lamp",
        first="boxed",
        moves={"boxed": {"off", "broken"}, "off": {"on", "broken"}, "on": {"off", "broken"}, "broken": {"off"}},
        guarded={"broken", ("broken", "off")},
        announces={
            "on": lambda lamp: LampLit(lamp.id),
            "broken": lambda lamp: LampBroken(lamp.id, was="unlit"),
            ("on", "broken"): lambda lamp: LampBroken(lamp.id, was="lit"),
        },
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    watts: Mapped[int] = mapped_column(default=5)


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    for fact in (LampLit, LampBroken):
        monkeypatch.setitem(events.catalogue, fact.__name__, fact)


@pytest.fixture
def lamp(app):
    Base.metadata.create_all(db.session.connection())
    with transaction() as session:
        session.add(one := Lamp())
    return one


def turn(lamp, *path, by=SAM):
    with transaction():
        for to in path:
            move(lamp, to, by=by, why="testing")


def in_the_table(lamp):
    return db.session.scalar(select(Lamp.__table__.c.status).where(Lamp.__table__.c.id == lamp.id))


def facts():
    return [(entry.name, entry.fact) for entry in db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id))]


# The table of moves


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"moves": {"boxed": {"off"}, "lost": {"off"}}}, "no move leads to lost"),
        ({"guarded": {"melted"}}, "melted, which is no move"),
        ({"guarded": {("off", "boxed")}}, "which is no move"),
        ({"announces": {("boxed", "on"): LampLit}}, "which is no move"),
    ],
)
def test_a_table_with_a_slip_in_it_is_not_accepted(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        Lifecycle(**{"name": "lamp", "first": "boxed", "moves": {"boxed": {"off"}, "off": {"on"}}} | wrong)


def test_the_table_tells_its_statuses_in_order():
    assert Lamp.lifecycle.statuses == ["boxed", "broken", "off", "on"]


# Moving


def test_a_thing_begins_at_the_first_status(lamp):
    assert Lamp().status == "boxed"
    assert in_the_table(lamp) == "boxed"
    assert history(lamp) == []


def test_a_move_changes_the_row_and_keeps_who_and_why(lamp):
    with clock.at(datetime(2026, 5, 1, 8, 0, tzinfo=UTC)), transaction():
        move(lamp, "off", by=ANNA, why="unpacked")
    assert lamp.status == in_the_table(lamp) == "off"
    [step] = history(lamp)
    assert (step.from_status, step.to_status, step.why) == ("boxed", "off", "unpacked")
    assert (step.actor_kind, step.actor_id, step.actor_name, step.behalf_id) == ("customer", "usr_anna", "Anna", None)
    assert step.at == datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def test_who_acts_in_anothers_place_is_kept_with_both_names(lamp):
    turn(lamp, "off", by=SAM_FOR_ANNA)
    [step] = history(lamp)
    assert (step.actor_name, step.behalf_id, step.behalf_name) == ("Sam", "usr_anna", "Anna")


def test_history_is_a_things_own_and_in_order(lamp):
    with transaction() as session:
        session.add(other := Lamp())
    turn(lamp, "off", "on", "off")
    turn(other, "off")
    assert [step.to_status for step in history(lamp)] == ["off", "on", "off"]
    assert [step.to_status for step in history(other)] == ["off"]


@pytest.mark.parametrize("to", ["on", "boxed", "melted", ""])
def test_a_move_outside_the_table_is_refused_and_leaves_no_trace(lamp, to):
    with pytest.raises(Refusal, match="This lamp is boxed and cannot become") as refused:
        turn(lamp, to)
    assert refused.value.code == "no_such_move"
    assert (in_the_table(lamp), history(lamp), facts()) == ("boxed", [], [])


@pytest.mark.parametrize("by", [ANNA, SAM_FOR_ANNA, Actor("visitor", None, "visitor")])
def test_a_guarded_move_is_the_houses_alone(lamp, by):
    turn(lamp, "off", by=by)
    with pytest.raises(Refusal, match="Only staff can make this lamp broken") as refused:
        turn(lamp, "broken", by=by)
    assert refused.value.code == "staff_only"
    turn(lamp, "broken", by=POLICY)
    with pytest.raises(Refusal, match="Only staff"):
        turn(lamp, "off", by=by)
    turn(lamp, "off", by=SAM)


def test_a_thing_that_was_just_added_can_move_at_once(lamp):
    with transaction() as session:
        session.add(fresh := Lamp())
        move(fresh, "off", by=ANNA, why="unpacked")
    assert in_the_table(fresh) == "off"
    assert len(history(fresh)) == 1


def test_other_changes_of_the_thing_are_written_with_the_move(lamp):
    with transaction():
        lamp.watts = 7
        move(lamp, "off", by=ANNA, why="unpacked")
    db.session.expire_all()
    assert (lamp.watts, lamp.status) == (7, "off")


# The fact


def test_a_move_announces_its_fact_and_a_single_move_comes_before_its_status(lamp):
    turn(lamp, "off", "on", "broken", "off", "broken")
    assert facts() == [
        ("LampLit", {"lamp": lamp.id}),
        ("LampBroken", {"lamp": lamp.id, "was": "lit"}),
        ("LampBroken", {"lamp": lamp.id, "was": "unlit"}),
    ]


@pytest.mark.parametrize("frame", [transaction, db.session.begin_nested])
def test_row_history_fact_and_memory_go_back_together(lamp, frame):
    turn(lamp, "off")
    db.session.commit()

    def move_and_fail():
        with frame():
            move(lamp, "on", by=ANNA, why="dark outside")
            assert lamp.status == "on"
            raise KeyError

    with pytest.raises(KeyError):
        move_and_fail()
    assert lamp.status == in_the_table(lamp) == "off"
    assert [step.to_status for step in history(lamp)] == ["off"]
    assert facts() == []


# The only door


@pytest.mark.parametrize("status", ["on", "boxed"])
def test_nobody_writes_the_status_of_a_stored_thing(lamp, status):
    with pytest.raises(AttributeError, match=r"status of a lamp changes through lifecycle\.move\(\) alone"):
        lamp.status = status


def test_nobody_begins_in_the_middle():
    with pytest.raises(AttributeError, match=r"lifecycle\.move"):
        Lamp(status="on")
    with pytest.raises(AttributeError, match=r"lifecycle\.move"):
        Lamp().status = "on"


def test_the_database_knows_the_statuses_too(lamp):
    with pytest.raises(IntegrityError, match="CheckViolation"):
        db.session.execute(text("UPDATE lamp SET status = 'melted'"))


# Two at once


def test_who_decided_on_an_old_status_is_refused(lamp):
    turn(lamp, "off")
    # Another worker, of whom this session has heard nothing.
    db.session.execute(update(Lamp.__table__).values(status="broken"))
    with pytest.raises(Refusal, match="changed meanwhile") as refused:
        move(lamp, "on", by=ANNA, why="dark outside")
    assert refused.value.code == "changed_meanwhile"
    assert lamp.status == "broken"
    assert [step.to_status for step in history(lamp)] == ["off"]


def test_of_two_at_once_exactly_one_moves_the_thing(own_database):
    app = own_database.app
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction() as session:
            session.add_all(lamps := [Lamp() for _ in range(20)])
        for lamp in lamps:
            turn(lamp, "off")
        ids = [lamp.id for lamp in lamps]

    both_have_read = threading.Barrier(2, timeout=30)
    outcomes = []

    def race(to):
        with app.app_context():
            for lamp_id in ids:
                lamp = db.session.get(Lamp, lamp_id)
                both_have_read.wait()
                try:
                    turn(lamp, to)
                    outcomes.append((lamp_id, to))
                except Refusal as refused:
                    outcomes.append((lamp_id, refused.code))
                db.session.remove()

    threads = [threading.Thread(target=race, args=(to,)) for to in ("on", "broken")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        for lamp_id in ids:
            lamp = db.session.get(Lamp, lamp_id)
            won = [to for one, to in outcomes if one == lamp_id and to != "changed_meanwhile"]
            assert len([one for one, _to in outcomes if one == lamp_id]) == 2
            assert won == [lamp.status]
            assert [step.to_status for step in history(lamp)] == ["off", lamp.status]


# The law


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25, deadline=None
)
@given(
    walk=st.lists(st.tuples(st.sampled_from(["boxed", "off", "on", "broken", "melted"]), st.sampled_from([ANNA, SAM])))
)
def test_no_walk_ever_leaves_the_table(lamp, walk):
    life = Lamp.lifecycle
    with transaction() as session:
        session.add(walker := Lamp())
    trail = ["boxed"]
    for to, by in walk:
        allowed = life.allows(trail[-1], to) and (by is SAM or not life.guards(trail[-1], to))
        try:
            turn(walker, to, by=by)
        except Refusal:
            assert not allowed
        else:
            assert allowed
            trail.append(to)
    assert walker.status == in_the_table(walker) == trail[-1]
    told = [(step.from_status, step.to_status) for step in history(walker)]
    assert told == list(pairwise(trail))
    assert db.session.query(Transition).filter_by(subject_type="lamp", subject_id=walker.id).count() == len(told)
