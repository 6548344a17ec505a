"""Workers die at any moment, and still every reaction to every event is applied exactly once."""

import os
import random
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import psutil
import psycopg
import pytest
from sqlalchemy import text

from app.kernel import clock, events, outbox
from app.kernel.db import db, transaction
from tests.real.outbox_nursery import ParcelPosted

EVENTS = 1000
KILLS = 100


class Nursery:
    """Workers of a process of their own, of which any may be shot."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.real.outbox_nursery"],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.workers: list[int] = []

    def grow(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("one more\n")
        self.process.stdin.flush()
        self.workers.append(int(self.process.stdout.readline()))

    def shoot(self, *, whole: bool, luck: random.Random) -> None:
        """The whole worker with the process of its job, or the worker alone: its orphan goes on with the job."""
        victim = self.workers.pop(luck.randrange(len(self.workers)))
        _kill(victim, with_children=whole)

    def close(self) -> None:
        for worker in self.workers:
            _kill(worker, with_children=True)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def _kill(pid: int, *, with_children: bool) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        family = process.children(recursive=True) if with_children else []
        for one in (process, *family):
            with suppress(psutil.NoSuchProcess):
                one.kill()


@pytest.fixture
def house(own_database):
    with own_database.app.app_context():
        with transaction() as session:
            session.execute(text("CREATE TABLE applied (parcel int NOT NULL, reaction text NOT NULL)"))
        yield own_database
        db.session.remove()


def test_every_reaction_is_applied_once_while_workers_are_killed(house, record_property):
    luck = random.Random(20261121)
    with transaction():
        for number in range(EVENTS):
            events.announce(ParcelPosted(parcel=number))

    nursery = Nursery(house.environment)
    moment, kills, sweeps = clock.now(), 0, 0
    try:
        with psycopg.connect(house.database_url.replace("+psycopg", ""), autocommit=True) as listening:
            listening.execute("LISTEN applied")
            for _ in range(2):
                nursery.grow()
            while kills < KILLS or _undelivered():
                # Somewhere in the next few effects, or in the silence while nothing gets done.
                heard = list(listening.notifies(timeout=luck.uniform(0.01, 0.2), stop_after=luck.randint(1, 12)))
                if kills < KILLS:
                    nursery.shoot(whole=luck.random() < 0.7, luck=luck)
                    nursery.grow()
                    kills += 1
                if not heard:
                    moment += timedelta(minutes=1)  # the sweep looks again, as if its next minute had come
                    with clock.at(moment):
                        sweeps += bool(outbox.sweep())
    finally:
        nursery.close()

    counted = text("SELECT count(*), count(DISTINCT (parcel, reaction)) FROM applied")
    applied, distinct = db.session.execute(counted).one()
    record_property("outbox", f"{EVENTS} events, {kills} workers killed, {sweeps} sweeps that found work")
    assert (applied, distinct) == (2 * EVENTS, 2 * EVENTS)
    assert outbox.given_up() == []


def _undelivered() -> int:
    db.session.rollback()
    return db.session.scalar(text("SELECT count(*) FROM outbox_event WHERE delivered_at IS NULL")) or 0
