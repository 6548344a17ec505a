"""A real mail server for letters: `letterbox` is where `app` posts to, and what has arrived."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from app.sandbox.mailbox import Mailbox, Received
from app.sandbox.smtp import mail_server


class Letterbox:
    """The sandbox's own mail server, on a port of this test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.mailbox = Mailbox(home)
        self.port = free_port()
        self.server: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        self.server = mail_server(self.mailbox, "127.0.0.1", self.port)
        self.server.start()

    def close(self) -> None:
        """From here on connections are refused; what arrived stays."""
        if self.server:
            self.server.stop()
            self.server = None

    def serve(self, app: Flask) -> None:
        """Make `app` post its letters here."""
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = settings.model_copy(update={"smtp_url": self.url, "home": self.home})

    @property
    def letters(self) -> list[Received]:
        """Oldest first."""
        return self.mailbox.newest()[::-1]

    @property
    def only(self) -> Received:
        (letter,) = self.letters
        return letter


@pytest.fixture
def letterbox_alone(tmp_path: Path) -> Iterator[Letterbox]:
    """Open, and of nobody's yet: `letterbox_alone.serve(house.app)`."""
    box = Letterbox(tmp_path)
    box.open()
    yield box
    box.close()


@pytest.fixture
def letterbox(app: Flask, letterbox_alone: Letterbox) -> Iterator[Letterbox]:
    before = app.config["SETTINGS"]
    letterbox_alone.serve(app)
    yield letterbox_alone
    app.config["SETTINGS"] = before


def free_port() -> int:
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        return int(finder.getsockname()[1])
