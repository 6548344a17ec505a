"""Alerts to the house: what staff should hear of at once, wherever they talk to each other."""

from collections.abc import Mapping
from dataclasses import asdict

from app.kernel import clock
from app.kernel.queueing import enqueue
from app.office.alerts.port import Alert, Kind


def alert(title: str, text: str, *, kind: Kind = "info", facts: Mapping[str, str] | None = None) -> None:
    """After the current transaction has committed; in English, as all of the house's own records are."""
    told = Alert(title, text, kind, dict(facts or {}), clock.now().isoformat())
    enqueue("mail", "jobs.office.send_alert", asdict(told))
