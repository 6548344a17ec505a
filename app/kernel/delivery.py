"""Taking a fact to everyone who reacts to it: each reaction exactly once, whoever dies on the way."""

from typing import Any

import structlog
from sqlalchemy.dialects.postgresql import insert

from app.kernel import acting, events, outbox
from app.kernel.acting import Actor
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent, ReactionDone

log = structlog.get_logger()


def deliver(event_id: int) -> None:
    """Apply every reaction that has not been applied yet. One that fails does not hold up the others."""
    entry = db.session.get(OutboxEvent, event_id)
    if entry is None or entry.delivered_at is not None:
        return
    name, payload = entry.name, entry.fact
    db.session.rollback()  # no snapshot is held while reactions run

    try:
        fact = events.catalogue[name](**payload)
    except (KeyError, TypeError) as error:
        # Written by another release, which knew this fact or knew it otherwise: a person decides in the end.
        log.warning("fact not understood", event_id=event_id, name=name)
        with transaction():
            outbox.put_off(event_id, f"not understood: {error!r}")
        return
    failures = []
    for reaction in events.reactions.get(name, {}).values():
        try:
            _apply_once(event_id, reaction, fact)
        except Exception as error:  # a reaction may fail in any way; it is recorded and tried again
            log.warning("reaction failed", reaction=reaction.name, event_id=event_id, exc_info=True)
            failures.append(f"{reaction.name}: {error!r}")
    with transaction():
        if failures:
            outbox.put_off(event_id, "\n".join(failures))
        else:
            outbox.close(event_id)


def _apply_once(event_id: int, reaction: events.Reaction, fact: Any) -> None:
    with transaction() as session, acting.as_actor(Actor.system(reaction.name)):
        # The row is the claim: a second worker waits here for our commit, then finds nothing left to do.
        claim = insert(ReactionDone).values(event_id=event_id, reaction=reaction.name)
        if session.execute(claim.on_conflict_do_nothing().returning(ReactionDone.event_id)).first():
            reaction.apply(fact)
