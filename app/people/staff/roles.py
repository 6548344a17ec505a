"""Roles of staff: named sets of permissions."""

from typing import Any

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel import permissions
from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import role_sets, staff_roles
from app.people.models import StaffRole
from app.people.staff.forms import RoleForm

bp = Blueprint("people_roles", __name__, url_prefix="/staff/roles")

ROOMS = {
    "staff": _l("Back office"),
    "accounts": _l("Customers"),
    "people": _l("People"),
    "audit": _l("Audit log"),
    "jobs": _l("Queues"),
}


def name_room(prefix: str, label: Any) -> None:
    """What the permissions that begin with `prefix.` are grouped under."""
    ROOMS[prefix] = label


@bp.get("")
@staff("staff.view")
def index() -> Response:
    return page(
        "people/staff_roles",
        region="_list",
        roles=staff_roles.every(),
        holders=role_sets.holders(),
        total=len(permissions.names("staff")),
    )


@bp.route("/new", methods=["GET", "POST"])
@staff("staff.manage", fresh=True)
def add() -> Response:
    form = _form()
    if form.validate_on_submit():
        try:
            with transaction():
                role_sets.add(form.label.data or "", form.permissions.data or [], by=g.me)
            return done(url_for(".index"), _("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(None, form)


@bp.route("/<public_id>", methods=["GET", "POST"])
@staff("staff.manage", fresh=True)
def edit(public_id: str) -> Response:
    role = _role(public_id)
    form = _form(label=role.label, permissions=sorted(staff_roles.held([role])))
    if form.validate_on_submit():
        try:
            with transaction():
                role_sets.change(role, form.label.data or "", form.permissions.data or [], by=g.me)
            return done(url_for(".index"), _("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(role, form)


@bp.post("/<public_id>/removal")
@staff("staff.manage", fresh=True)
def remove(public_id: str) -> Response:
    role = _role(public_id)
    try:
        with transaction():
            role_sets.remove(role)
    except Refusal as refusal:
        return done(url_for(".edit", public_id=public_id), str(refusal), "stop")
    return done(url_for(".index"), _("The role is gone."))


def _role(public_id: str) -> StaffRole:
    return find(StaffRole, public_id) or abort(404)


def _form(**data: Any) -> RoleForm:
    form = RoleForm(**data)
    form.permissions.choices = [
        (name, known.label) for (face, name), known in permissions.catalogue.items() if face == "staff"
    ]
    return form


def _page(role: StaffRole | None, form: RoleForm) -> Response:
    return page(
        "people/staff_role",
        region="_form",
        status=422 if form.errors else 200,
        role=role,
        form=form,
        rooms=_by_room(form),
        removable=role is not None and role.name not in staff_roles.LABELS,
    )


def _by_room(form: RoleForm) -> list[tuple[str, list[Any]]]:
    """The boxes under the name of the room they belong to, in the order in which rooms declare them."""
    rooms: dict[str, list[Any]] = {}
    for box in form.permissions:
        rooms.setdefault(str(box.data).partition(".")[0], []).append(box)
    return [(str(ROOMS.get(prefix, prefix.capitalize())), boxes) for prefix, boxes in rooms.items()]
