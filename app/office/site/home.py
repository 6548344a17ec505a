"""The first page: whoever is signed in goes on to their own."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.kernel.audience import public
from app.kernel.pages import page
from app.people.presence import arrive

bp = Blueprint("office_site", __name__)


@bp.get("/")
@public
def home() -> Response:
    here = arrive()
    if here is None:
        return page("office/site/home")
    at_work = here.person.is_staff and not here.account
    return redirect(url_for("office_staff.home" if at_work else "office_portal.home"), 303)
