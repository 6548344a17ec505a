from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import clock, outbox, tidying
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent


@pytest.fixture
def three_events(app):
    with transaction():
        for number in range(3):
            outbox.write("EmailVerified", {"user": f"usr_{number}"})
    return list(db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)))


def test_old_delivered_facts_go_and_undelivered_ones_stay(three_events, monkeypatch):
    monkeypatch.setattr(tidying, "AT_ONCE", 1)  # as if there were many
    now = clock.now()
    with transaction():
        outbox.close(three_events[0].id)
        outbox.close(three_events[1].id)
    with clock.at(now + tidying.KEEP - timedelta(hours=1)):
        assert tidying.tidy() == 0
    with clock.at(now + tidying.KEEP + timedelta(hours=1)):
        assert tidying.tidy() == 2
    assert db.session.scalar(select(func.count(OutboxEvent.id))) == 1
