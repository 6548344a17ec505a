"""What layouts draw around a page: who you are, where you may go, and in whose place you are."""

from types import SimpleNamespace
from typing import Any

from flask import g, url_for

from app.people.models import Impersonation


def context() -> dict[str, Any]:
    here = g.get("presence")
    nobody: dict[str, Any] = {"me": None, "account": None, "memberships": [], "impersonation": None, "can": _nothing}
    if here is None:
        return nobody
    return {
        "me": g.get("me") or here.user,
        "account": here.account,
        "memberships": [
            SimpleNamespace(name=one.account.name, public_id=one.account.public_id, current=one is here.membership)
            for one in here.memberships
        ],
        "impersonation": _banner(here.impersonation) if here.impersonation else None,
        "can": g.get("may") or _nothing,
    }


def _nothing(_permission: str) -> bool:
    return False


def _banner(running: Impersonation) -> SimpleNamespace:
    return SimpleNamespace(
        customer_name=running.user.name,
        account_name=running.account.name,
        staff_name=running.staff.name,
        ends_at=running.ends_at,
        stop_url=url_for("people_impersonation.stop"),
    )
