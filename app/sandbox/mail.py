"""The mail that arrived. A letter's HTML is a stranger's page: it has an address, a policy and a frame of its own."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.kernel.audience import public
from app.kernel.pages import done, page
from app.kernel.settings import current_settings
from app.kernel.web import POLICY
from app.sandbox.mailbox import Mailbox, Received

bp = Blueprint("sandbox_mail", __name__)

# No script, nothing loaded from anywhere, nobody's origin; links open in a tab of their own.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def _mailbox() -> Mailbox:
    return Mailbox(current_settings().home)


def _letter(name: str) -> Received:
    return _mailbox().read(name) or abort(404)


@bp.get("/sandbox/mail")
@public
def index() -> Response:
    return page("sandbox/mail", letters=_mailbox().newest())


@bp.get("/sandbox/mail/<name>")
@public
def show(name: str) -> Response:
    response = page("sandbox/letter", letter=_letter(name))
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@bp.get("/sandbox/mail/<name>/html")
@public
def html(name: str) -> Response:
    letter = _letter(name)
    response = Response(f'<base target="_blank">{letter.html}', content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/sandbox/mail/<name>/source")
@public
def source(name: str) -> Response:
    return Response(_letter(name).raw, content_type="text/plain; charset=utf-8")


@bp.post("/sandbox/mail/clearing")
@public
def clear() -> AnyResponse:
    _mailbox().clear()
    return done(url_for("sandbox_mail.index"), _("Cleared."))
