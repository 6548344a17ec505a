"""Taking an alert to every channel that is set up."""

from collections.abc import Iterator
from typing import Any

from app.kernel.db import db
from app.office.alerts.discord import adapter as discord
from app.office.alerts.port import Alert, Channel


def channels() -> Iterator[Channel]:
    if found := discord.channel():
        yield found


def deliver(told: dict[str, Any]) -> None:
    ready = list(channels())
    db.session.rollback()  # the look into the settings holds nothing open while others take their time
    for channel in ready:
        channel.send(Alert(**told))
