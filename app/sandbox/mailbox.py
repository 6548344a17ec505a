"""Where the sandbox keeps the mail it received: one .eml file each, so that it survives a restart."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from pathlib import Path

from app.sandbox.shelf import Shelf, time_of

LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Received:
    id: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    @property
    def at(self) -> datetime:
        return time_of(self.id)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or part.get_content_type() for part in self.message.iter_attachments()]

    @property
    def links(self) -> list[str]:
        """In the order in which the text names them, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except LookupError:  # it names an encoding that nobody knows
            return bytes(part.get_payload(decode=True)).decode(errors="replace")


class Mailbox:
    def __init__(self, home: Path) -> None:
        self.shelf = Shelf(home / "sandbox" / "mail", "eml")

    def keep(self, raw: bytes) -> str:
        return self.shelf.keep(raw)

    def newest(self) -> list[Received]:
        return [Received(name, raw) for name, raw in self.shelf.newest()]

    def read(self, name: str) -> Received | None:
        raw = self.shelf.read(name)
        return None if raw is None else Received(name, raw)

    def clear(self) -> None:
        self.shelf.clear()
