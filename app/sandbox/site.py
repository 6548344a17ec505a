"""What the sandbox imitates, and what each imitation received."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.kernel.audience import public
from app.kernel.pages import done, page
from app.kernel.settings import current_settings
from app.sandbox.shelf import Shelf, time_of
from app.sandbox.vendors import discord_shelf

bp = Blueprint("sandbox", __name__)


@bp.get("/sandbox")
@public
def index() -> Response:
    return page("sandbox/index")


@bp.get("/sandbox/discord")
@public
def discord() -> Response:
    return page("sandbox/discord", messages=_messages(discord_shelf(current_settings().home)))


@bp.post("/sandbox/discord/clearing")
@public
def clear_discord() -> AnyResponse:
    discord_shelf(current_settings().home).clear()
    return done(url_for("sandbox.discord"), _("Cleared."))


def _messages(shelf: Shelf) -> list[tuple[datetime, dict[str, Any]]]:
    return [(time_of(name), json.loads(content)) for name, content in shelf.newest()]
