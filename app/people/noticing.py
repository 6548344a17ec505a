"""What the web glue noticed and staff may want to see goes into the audit log, after the answer is made."""

from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.db import db, find, transaction
from app.kernel.limits import Limit
from app.kernel.notices import noticed
from app.people.auditing import record
from app.people.models import User

log = structlog.get_logger()
# The log is for ever: a machine that sends forged forms all day shall not fill it.
FLOOD = Limit("notice", free=20, base_delay=60, max_delay=3600, window=3600)


def init_app(app: Flask) -> None:
    noticed.connect(_note)
    app.after_request(_write)


def _note(_app: Any, *, what: str, detail: dict[str, Any]) -> None:
    """Kept until the request's own work is committed or rolled back: the notice shares the fate of neither."""
    if has_request_context():
        g.setdefault("notices", []).append((what, detail))


def _write(response: Response) -> Response:
    for what, detail in g.pop("notices", []):
        try:
            if FLOOD.check(request.remote_addr or ""):
                break
            FLOOD.fail(request.remote_addr or "")
            with transaction():
                record(what, find(User, detail.get("user", "")), after=detail)
        except (SQLAlchemyError, RedisError):
            db.session.rollback()
            log.exception("a notice was not written", what=what)
    return response
