"""Proof that the audit log is what was written: every row is read again, and the chain with it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.people.auditing import ROOT, digest
from app.people.models import AuditEntry

AT_ONCE = 2000


@dataclass(frozen=True)
class Break:
    number: int
    why: str


@dataclass(frozen=True)
class Verdict:
    """`noted_at` is the row whose hash somebody noted as the head earlier; None when it is nowhere in the chain."""

    count: int
    head: str
    broken: Break | None = None
    noted_at: int | None = None


def verify(noted: str | None = None, at_once: int = AT_ONCE) -> Verdict:
    """Walk from the first row to the last, and stop at the first that is wrong."""
    count, head, noted_at = 0, ROOT, 0 if noted == ROOT else None
    while rows := _rows_after(count, at_once):
        for row in rows:
            if why := _fault(row, count + 1, head):
                return Verdict(count, head, why, noted_at)
            count, head = row["number"], row["hash"]
            if head == noted:
                noted_at = count
    return Verdict(count, head, None, noted_at)


def _fault(row: dict[str, Any], expected: int, previous: str) -> Break | None:
    if row["number"] != expected:
        return Break(expected, "missing: the row is not there")
    # A row whose own hash is right was written by somebody who knows how; then it is the link that tells.
    if digest(row) != row["hash"]:
        return Break(expected, "changed: the row is not what its hash was made of")
    if row["previous"] != previous:
        return Break(
            expected, "wrong previous: the row does not follow the one before it; one of the two was rewritten"
        )
    return None


def _rows_after(number: int, at_once: int) -> list[dict[str, Any]]:
    columns = AuditEntry.__table__.columns
    found = select(*columns).where(AuditEntry.number > number).order_by(AuditEntry.number).limit(at_once)
    rows = [dict(row) for row in db.session.execute(found).mappings()]
    db.session.rollback()  # a long walk holds no snapshot open
    return rows
