"""The link at the end of a letter that nobody has to get. It works without signing in.

Mail programs post to the same address by themselves when their user presses "unsubscribe" (RFC 8058), so the address
alone is the proof and no token of a form is asked for.
"""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.kernel.audience import signed_link, webhook
from app.kernel.db import transaction
from app.kernel.errors import error_page
from app.kernel.pages import page
from app.kernel.refusal import Refusal
from app.office import preferences

bp = Blueprint("office_stopping", __name__)


@bp.get("/letters/stop/<token>")
@signed_link
def show(token: str) -> Response:
    try:
        user, kind = preferences.read_stop_token(token)
    except Refusal as refusal:
        return error_page(404, text=str(refusal))
    return page("office/stopping", token=token, kind=kind, stopped=not preferences.wants(user, kind.name))


@bp.post("/letters/stop/<token>")
@webhook
def stop(token: str) -> Response:
    try:
        user, kind = preferences.read_stop_token(token)
    except Refusal as refusal:
        return error_page(404, text=str(refusal))
    with transaction():
        preferences.choose(user, kind.name, wanted=False)
    return page("office/stopping", token=token, kind=kind, stopped=True)
