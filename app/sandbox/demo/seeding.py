"""Filling an empty database with the demo, once."""

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from flask_babel import force_locale
from sqlalchemy import exists, select, update

from app.kernel import clock, settings_store
from app.kernel.acting import Actor, as_actor
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.refusal import Refusal
from app.people import passwords
from app.people.models import User
from app.sandbox.demo.story import Story


def is_seeded() -> bool:
    return bool(settings_store.get(settings_store.DEMO))


def seed() -> bool:
    """False if the demo was there already. A database that somebody else lives in is left alone."""
    with transaction() as session, as_actor(Actor.system("demo")), force_locale("en"):
        if is_seeded():
            return False
        if session.scalar(select(exists().select_from(User))):
            raise Refusal("This database has people in it who are not the demo's. Give the demo a database of its own.")
        with _quick_hashes():
            story = Story(clock.now())
            story.tell()
            _let_the_past_rest()
            story.welcome_a_newcomer()
        settings_store.put(settings_store.DEMO, {"at": clock.now().isoformat()})
    return True


@contextmanager
def _quick_hashes() -> Iterator[None]:
    """Everyone knows the demo's password: to hash it with care for each of thirty people would only cost time.

    Whoever signs in with it gets a proper hash, as for any that is weaker than ours.
    """
    with_care = passwords.hasher
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        yield
    finally:
        passwords.hasher = with_care


def _let_the_past_rest() -> None:
    """Nobody gets letters about what never happened: its facts count as delivered, and no job is left to say so."""
    past = update(OutboxEvent).where(OutboxEvent.delivered_at.is_(None))
    db.session.execute(past.values(delivered_at=OutboxEvent.created_at, due_at=None))
    db.session().info["after_commit"].clear()
