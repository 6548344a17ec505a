"""Error pages: what happened, what to do, and the id to tell us. Whole page, region or JSON, as it was asked for."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.kernel.bearer import token_of
from app.kernel.db import db
from app.kernel.notices import notice
from app.kernel.pages import wants_fragment

EXPIRED = 419
log = structlog.get_logger()


def words(code: int) -> tuple[str, str]:
    known = {
        400: (_("We could not read that"), _("The request was damaged or incomplete. Go back and try it again.")),
        401: (_("Sign in first"), _("This needs a valid token. It may be mistyped, expired or revoked.")),
        403: (
            _("Not for you"),
            _("Your role does not allow this. Ask whoever gave you access, or sign in as someone else."),
        ),
        404: (_("Not found"), _("There is nothing at this address, or it is not yours to see.")),
        405: (
            _("Not done this way"),
            _("This address does not take that kind of request. Go back and use the page's own buttons."),
        ),
        413: (_("Too large"), _("What you sent is larger than we accept. Send less, or a smaller file.")),
        415: (_("Wrong kind of content"), _("This address takes what our own forms send, and nothing else.")),
        419: (
            _("This page has expired"),
            _("You were signed out or the page was open for long. Load it again, then repeat what you did."),
        ),
        429: (_("Too many tries"), _("Wait a moment before you try again.")),
        503: (
            _("Back in a moment"),
            _("A part that we need is not answering. Nothing you did was lost; try again shortly."),
        ),
    }
    return known.get(code) or (
        _("Something broke on our side"),
        _("It has been noted. Nothing was half-done. Try again, or tell us the number below."),
    )


def error_page(code: int, *, retry_after: int | None = None, text: str | None = None) -> Response:
    title, usual = words(code)
    again = _page_before() if code == EXPIRED else None
    request_id = g.get("request_id", "")
    if _from_a_program():
        response = make_response({"error": {"code": code, "message": text or usual, "request_id": request_id}}, code)
    else:
        template = "errors/_fragment.html" if wants_fragment() else "errors/error.html"
        body = render_template(
            template,
            code=code,
            title=title,
            text=text or usual,
            request_id=request_id,
            retry_after=retry_after,
            action_url=again,
            action_label=_("Load the page again"),
        )
        response = make_response(body, code)
    response.headers["Cache-Control"] = "no-store"
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        # The one status at which htmx swaps both a form's answer and ours: this is no form, so it goes to the toasts.
        response.headers.update({"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"})
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    if code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Hostler"'
    return response


def _page_before() -> str | None:
    """The page whose form was sent, if it is one of ours."""
    before = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if before.netloc != request.host:
        return None
    path = f"/{before.path.lstrip('/')}"  # two slashes would lead to another site
    return f"{path}?{before.query}" if before.query else path


def _from_a_program() -> bool:
    asks_json = request.accept_mimetypes.best == "application/json"
    return asks_json or token_of(request) is not None or request.path.startswith("/api/")


def init_errors(app: Flask) -> None:
    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        notice("csrf.refused", reason=error.description)
        return error_page(EXPIRED)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return error
        response = error_page(error.code, retry_after=getattr(error, "retry_after", None))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.allow.update(error.valid_methods)
        return response

    @app.errorhandler(RedisError)
    @app.errorhandler(OperationalError)
    def down(error: Exception) -> Response:
        log.error("a server that we need does not answer", exc_info=error)
        db.session.rollback()
        return error_page(503, retry_after=10)

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        log.error("unhandled error", exc_info=error)
        db.session.rollback()
        return error_page(500)
