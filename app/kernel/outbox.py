"""The transactional outbox: a fact is durable with the change it tells of.

`write` puts the event into the caller's transaction and asks for its delivery after the commit. Whatever is lost
between commit and queue, or dies with a worker, is found again by `sweep`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, PublicRow, db, transaction
from app.kernel.queueing import enqueue, queue

GRACE = timedelta(seconds=30)  # the relay had its chance; past this the sweep takes over
MOST_TRIES = 8
SWEEP_AT_ONCE = 1000


class OutboxEvent(PublicRow):
    __tablename__ = "outbox_event"
    public_prefix = "evt"

    name: Mapped[str]
    fact: Mapped[dict[str, Any]]
    delivered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # when the sweep may try; None once delivered or given up
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]

    __table_args__ = (
        Index("ix_outbox_event_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_outbox_event_given_up", "id", postgresql_where="delivered_at IS NULL AND due_at IS NULL"),
    )


class ReactionDone(Model):
    __tablename__ = "reaction_done"

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("outbox_event.id", ondelete="CASCADE"), primary_key=True
    )
    reaction: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


def write(name: str, fact: dict[str, Any]) -> None:
    entry = OutboxEvent(name=name, fact=fact, due_at=clock.now() + GRACE)
    db.session.add(entry)
    db.session.flush()
    enqueue("events", "jobs.events.deliver", entry.id)


def put_off(event_id: int, error: str) -> None:
    """Try again later, each time after a longer while; in the end leave it to a person."""
    entry = db.session.scalars(select(OutboxEvent).where(OutboxEvent.id == event_id).with_for_update()).one()
    entry.tries += 1
    entry.error = error[:4000]
    entry.due_at = None if entry.tries >= MOST_TRIES else clock.now() + GRACE * 2**entry.tries


def close(event_id: int) -> None:
    done = update(OutboxEvent).where(OutboxEvent.id == event_id)
    db.session.execute(done.values(delivered_at=clock.now(), due_at=None, error=None))


def sweep() -> int:
    """Ask again for the delivery of what is overdue; safe to run anywhere, any number of times."""
    # A long queue is no loss: asking again for what still waits in it would only make it longer.
    room = SWEEP_AT_ONCE - queue("events").count
    if room <= 0:
        return 0
    with transaction():
        due = (
            select(OutboxEvent.id)
            .where(OutboxEvent.due_at <= clock.now())
            .order_by(OutboxEvent.due_at)
            .limit(room)
            .with_for_update(skip_locked=True)
        )
        ids = list(db.session.scalars(due))
        db.session.execute(update(OutboxEvent).where(OutboxEvent.id.in_(ids)).values(due_at=clock.now() + GRACE))
        for event_id in ids:
            enqueue("events", "jobs.events.deliver", event_id)
    return len(ids)


GIVEN_UP = (OutboxEvent.delivered_at.is_(None), OutboxEvent.due_at.is_(None))


def given_up() -> list[OutboxEvent]:
    return list(db.session.scalars(select(OutboxEvent).where(*GIVEN_UP).order_by(OutboxEvent.id.desc()).limit(200)))


def count_given_up() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEvent).where(*GIVEN_UP)) or 0


def try_again(entry: OutboxEvent) -> None:
    entry.tries, entry.due_at = 0, clock.now() + GRACE
    enqueue("events", "jobs.events.deliver", entry.id)


def lag() -> timedelta:
    """How long the oldest undelivered event has been overdue."""
    oldest = db.session.scalar(select(func.min(OutboxEvent.due_at)))
    return max(clock.now() - oldest, timedelta()) if oldest else timedelta()
