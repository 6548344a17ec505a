"""The vendors imitated here, each under a prefix of one HTTP server; every imitation lives in its vendor's folder."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.office.alerts.discord.imitation import Discord
from app.sandbox.shelf import Shelf

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def discord_shelf(home: Path) -> Shelf:
    return Shelf(home / "sandbox" / "discord", "json")


def imitations(home: Path) -> WSGI:
    shelf = discord_shelf(home)
    return DispatcherMiddleware(
        NotFound(),
        {"/discord": Discord(keep=lambda message: shelf.keep(json.dumps(message).encode()))},
    )
