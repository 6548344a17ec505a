"""An account's history in words: a line for each thing that was done, newest first."""

from typing import Any

from flask_babel import gettext as _

from app.kernel.lifecycle import Transition, in_words
from app.people import acts
from app.people.models import AuditEntry

KINDS = {"active": "good", "suspended": "warn", "closed": "stop"}


def told(rows: list[Transition | AuditEntry]) -> list[dict[str, Any]]:
    return [_moved(row) if isinstance(row, Transition) else _done(row) for row in rows if _is_told(row)]


def _is_told(row: Transition | AuditEntry) -> bool:
    """A change of status stands in both tables; the one with the reason is told."""
    return isinstance(row, Transition) or not (row.after and row.before and "status" in row.after)


def _moved(row: Transition) -> dict[str, Any]:
    before, after = in_words(row.from_status), in_words(row.to_status)
    return {
        "text": _("From %(before)s to %(after)s: %(why)s", before=before, after=after, why=row.why),
        "at": row.at,
        "by": _names(row.actor_name, row.behalf_name),
        "kind": KINDS.get(row.to_status, ""),
        "number": None,
    }


def _done(row: AuditEntry) -> dict[str, Any]:
    return {
        "text": acts.named(row.action),
        "at": row.at,
        "by": _names(row.actor_name, row.behalf_name),
        "kind": "warn" if row.action.startswith("impersonation.") else "",
        "number": row.number,
    }


def _names(actor: str, behalf: str | None) -> str:
    return _("%(actor)s as %(behalf)s", actor=actor, behalf=behalf) if behalf else actor
