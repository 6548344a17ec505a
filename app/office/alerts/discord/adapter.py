"""Alerts as Discord messages."""

from math import ceil
from typing import Any

import structlog

from app.kernel.redis import redis
from app.kernel.vendor import Refused, Unreachable
from app.office.alerts.discord import client, options
from app.office.alerts.port import Alert, ChannelBusy

COLOURS = {"good": 0x2E8B57, "info": 0x3B82A0, "warn": 0xC98A1B, "stop": 0xC0392B}
TITLE, DESCRIPTION, FIELDS, NAME, VALUE = 256, 3500, 8, 100, 150  # all together below Discord's 6000
REMOVED = {401, 404}
TOO_MANY = 429
QUIET = "discord:quiet"  # there while Discord wants to hear nothing
SHORT_WHILE = 5.0

log = structlog.get_logger()


def channel() -> "Discord | None":
    url = options.webhook_url()
    return Discord(url) if url else None


class Discord:
    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, alert: Alert) -> None:
        if redis.exists(QUIET):
            raise ChannelBusy("Discord asked us to wait")
        try:
            client.execute_webhook(self.url, message(alert))
        except Refused as refused:
            if refused.status in REMOVED:
                options.note_removed(self.url)
            else:
                log.exception("Discord refuses an alert", title=alert.title)
        except Unreachable as busy:
            if busy.status == TOO_MANY:
                redis.set(QUIET, "1", px=ceil(_wait(busy) * 1000))
                raise ChannelBusy("Discord asked us to wait") from busy
            raise


def message(alert: Alert) -> dict[str, Any]:
    return {
        "username": "Alerts",
        "embeds": [
            {
                "title": _cut(alert.title, TITLE),
                "description": _cut(alert.text, DESCRIPTION),
                "color": COLOURS[alert.kind],
                "timestamp": alert.at,
                "fields": [
                    {"name": _cut(name, NAME), "value": _cut(value, VALUE) or "–", "inline": True}
                    for name, value in list(alert.facts.items())[:FIELDS]
                ],
            }
        ],
        # Whatever a visitor types as an address pings nobody.
        "allowed_mentions": {"parse": []},
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _wait(busy: Unreachable) -> float:
    """The body is more exact than the header; a proxy in between answers with neither."""
    try:
        said = float(busy.response.json()["retry_after"]) if busy.response is not None else 0.0
    except (ValueError, KeyError, TypeError):
        said = 0.0
    return max(said, busy.retry_after or 0.0) or SHORT_WHILE
