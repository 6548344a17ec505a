"""Colleagues: who they are and which roles they have."""

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel.audience import staff
from app.kernel.db import transaction
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import emails, staff_roles, staffing
from app.people.models import User
from app.people.staff.forms import Checkboxes, ColleagueForm, RolesForm
from app.people.staff.persons import person_or_404

bp = Blueprint("people_colleagues", __name__, url_prefix="/staff/colleagues")


@bp.get("")
@staff("staff.view")
def index() -> Response:
    return page(
        "people/staff_colleagues",
        region="_list",
        colleagues=staffing.colleagues(),
        roles=staffing.roles_by_person(),
    )


@bp.route("/new", methods=["GET", "POST"])
@staff("staff.manage", fresh=True)
def add() -> Response:
    form = ColleagueForm()
    _offer(form.roles)
    if form.validate_on_submit():
        try:
            with transaction():
                chosen = staff_roles.of(form.roles.data or [])
                person = staffing.add(emails.checked(form.email.data or ""), form.name.data or "", chosen, by=g.me)
            return done(url_for(".index"), _("%(name)s is invited. An e-mail is on its way.", name=person.name))
        except Refusal as refusal:
            form.refuse(refusal)
    return page("people/staff_colleague_new", region="_form", status=422 if form.errors else 200, form=form)


@bp.route("/<public_id>", methods=["GET", "POST"])
@staff("staff.manage", fresh=True)
def edit(public_id: str) -> Response:
    colleague = _colleague(public_id)
    form = RolesForm(roles=[role.name for role in staffing.roles_of(colleague)])
    _offer(form.roles)
    if form.validate_on_submit():
        try:
            with transaction():
                staffing.set_roles(colleague, staff_roles.of(form.roles.data or []), by=g.me)
            return done(url_for(".index"), _("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_colleague",
        region="_form",
        status=422 if form.errors else 200,
        colleague=colleague,
        form=form,
    )


@bp.post("/<public_id>/<any(removal, disabling, enabling, invitation):act>")
@staff("staff.manage", fresh=True)
def change(public_id: str, act: str) -> Response:
    colleague = _colleague(public_id)
    verb = {
        "removal": staffing.remove,
        "disabling": staffing.disable,
        "enabling": staffing.enable,
        "invitation": staffing.invite,
    }[act]
    try:
        with transaction():
            verb(colleague, by=g.me)
    except Refusal as refusal:
        return done(url_for(".edit", public_id=public_id), str(refusal), "stop")
    return done(url_for(".index"), _words(act, colleague.name))


def _colleague(public_id: str) -> User:
    person = person_or_404(public_id)
    return person if person.is_staff else abort(404)


def _offer(field: Checkboxes) -> None:
    field.choices = [(role.name, _(role.label)) for role in staff_roles.every()]


def _words(act: str, name: str) -> str:
    return {
        "removal": _("%(name)s is no colleague any more.", name=name),
        "disabling": _("%(name)s cannot sign in any more.", name=name),
        "enabling": _("%(name)s may sign in again.", name=name),
        "invitation": _("A new e-mail to %(name)s is on its way.", name=name),
    }[act]
