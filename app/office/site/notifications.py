"""What the app has told this person."""

from typing import Any

from flask import Blueprint, Response, g, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.pages import done, page
from app.office import notifications
from app.people.models import User

bp = Blueprint("office_notifications", __name__)


@bp.get("/notifications")
@signed_in
def show() -> Response:
    lines = [
        (one, notifications.words(one), url_for(endpoint) if (endpoint := notifications.endpoint(one)) else None)
        for one in notifications.latest(g.me)
    ]
    return page("office/notifications", lines=lines)


@bp.post("/notifications/reading")
@signed_in
def read() -> AnyResponse:
    with transaction():
        notifications.mark_read(g.me)
    return done(url_for("office_notifications.show"))


def context() -> dict[str, Any]:
    """`notices_unread` counts when a template uses it, and asks once."""
    return {"notices_unread": LocalProxy(_unread)}


def _unread() -> int:
    here = g.get("presence")
    # In a customer's place one sees the customer's pages, not the customer's letters.
    user: User | None = here.person if here and not here.impersonation else None
    if user is None:
        return 0
    if "notices_unread" not in g:
        g.notices_unread = notifications.unread(user)
    return int(g.notices_unread)
