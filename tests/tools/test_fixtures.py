"""What the fixtures promise to every other test."""

import contextlib
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select

from app.kernel import clock as app_clock
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.redis import redis


def _rows() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEvent))


@pytest.mark.parametrize("time", ["first", "second"])
def test_nothing_is_left_of_another_test(app, time):
    assert _rows() == 0
    assert redis.dbsize() == 0
    with transaction() as session:
        session.add(OutboxEvent(name="LampLit", fact={}))
    redis.set("lamp", "lit")
    assert _rows() == 1


def test_a_rollback_keeps_what_was_committed_before(app):
    with transaction() as session:
        session.add(OutboxEvent(name="LampLit", fact={}))
    with contextlib.suppress(ZeroDivisionError), transaction() as session:
        session.execute(delete(OutboxEvent))
        raise ZeroDivisionError
    assert _rows() == 1


def test_the_clock_stands_until_it_is_moved(clock):
    clock.set(datetime(2026, 1, 31, tzinfo=UTC))
    assert app_clock.now() == datetime(2026, 1, 31, tzinfo=UTC)
    clock.forward(days=28)
    assert app_clock.now() == datetime(2026, 2, 28, tzinfo=UTC)


def test_a_house_of_its_own_commits_for_other_processes(own_database):
    with own_database.app.app_context(), transaction() as session:
        session.add(OutboxEvent(name="LampLit", fact={}))
    count = (
        "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('TABLE outbox_event').rowcount)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", count], env=own_database.environment, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "1\n"


def test_a_live_house_answers_on_the_network(live):
    import httpx

    assert httpx.get(f"{live.url}/healthz", trust_env=False).json() == {"status": "alive"}
