"""What every channel of alerts does."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["good", "info", "warn", "stop"]


@dataclass(frozen=True)
class Alert:
    title: str
    text: str
    kind: Kind = "info"
    facts: dict[str, str] = field(default_factory=dict)
    at: str = ""  # when it happened, in ISO 8601


class ChannelBusy(Exception):
    """Too much was said in a short while: the job that tries again later is welcome."""


class Channel(Protocol):
    """Once `send` returns, the alert was taken, or the channel will never take it and has said so in the log.

    It raises ChannelBusy or a VendorFault for what a later try may mend. An alert may arrive twice: better than never.
    """

    def send(self, alert: Alert) -> None: ...
