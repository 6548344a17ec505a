"""The record of what was done by whom: append-only, and chained so that a change to the past shows."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text

from app.kernel import acting, clock
from app.kernel.db import PublicRow, db
from app.kernel.origin import origin
from app.people.models import Account, AuditEntry

# Writers stand in line for the next number; the lock ends with their transaction. The number only has to be ours.
CHAIN_LOCK = 727_274_002
ROOT = "0" * 64
HASHED = [column.name for column in AuditEntry.__table__.columns if column.name != "hash"]


def record(
    action: str,
    subject: PublicRow | None = None,
    *,
    account: Account | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add a row in the caller's transaction. Call it last: others wait for the chain until that commits."""
    if before is not None and after is not None:
        before, after = _difference(before, after)
    db.session.flush()
    db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": CHAIN_LOCK})
    last = db.session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    actor, came = acting.current(), origin()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        behalf_id=actor.behalf_id,
        behalf_name=actor.behalf_name,
        action=action,
        subject_type=subject.__tablename__ if subject is not None else None,
        subject_id=subject.public_id if subject is not None else None,
        account_id=(account.public_id if account else subject.public_id if isinstance(subject, Account) else None),
        before=_plain(before),
        after=_plain(after),
        ip=came.ip,
        agent=came.agent,
        request_id=came.request_id,
        previous=last.hash if last else ROOT,
    )
    entry.hash = digest({name: getattr(entry, name) for name in HASHED})
    db.session.add(entry)
    db.session.flush()
    return entry


def digest(row: Mapping[str, Any]) -> str:
    """The hash of a row: of every column but itself, in a form that comes back from the database unchanged."""
    columns = {name: row[name] for name in HASHED}
    columns["at"] = columns["at"].timestamp()
    return hashlib.sha256(json.dumps(columns, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """As JSONB will give it back. Floats become text: 1e16 would return as an integer and look forged."""
    return None if values is None else json.loads(json.dumps(values, default=str), parse_float=str)


def _difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before[key] for key in changed if key in before}, {key: after[key] for key in changed}
