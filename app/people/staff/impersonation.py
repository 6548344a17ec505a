"""Into a customer's place, and out of it again."""

from flask import Blueprint, g, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel import acting, sessions
from app.kernel.audience import public, staff
from app.kernel.db import transaction
from app.kernel.pages import leave, page, said
from app.kernel.refusal import Refusal
from app.people import impersonating
from app.people.presence import arrive
from app.people.staff.customers import account_or_404
from app.people.staff.forms import ReasonForm
from app.people.staff.persons import person_or_404

bp = Blueprint("people_impersonation", __name__)


@bp.route("/staff/customers/<public_id>/people/<user_id>/impersonation", methods=["GET", "POST"])
@staff("accounts.impersonate", fresh=True)
def start(public_id: str, user_id: str) -> Response:
    account, person, form = account_or_404(public_id), person_or_404(user_id), ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                running = impersonating.begin(g.me, person, account, form.reason.data or "")
            session["impersonation"] = running.public_id
            sessions.rotate()
            return leave("/")
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_impersonation",
        region="_form",
        status=422 if form.errors else 200,
        customer=account,
        person=person,
        form=form,
    )


@bp.post("/impersonation/end")
@public
def stop() -> Response:
    """Public, because whoever is in somebody's place may always leave it, whatever they may still do otherwise."""
    here = arrive()
    session.pop("impersonation", None)
    if here is None:
        return leave("/")
    if here.impersonation is None:
        return leave(url_for("office_staff.home") if here.person.is_staff else "/")
    running = here.impersonation
    with transaction(), acting.as_actor(here.staff_actor()):
        impersonating.end(running, "button")
    sessions.rotate()
    said(_("You are yourself again."))
    return leave(url_for("people_staff.show", public_id=running.account.public_id))
