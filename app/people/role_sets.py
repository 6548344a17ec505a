"""Changing what the roles of staff hold."""

import re
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.kernel import permissions
from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import auditing, staff_roles
from app.people.models import StaffAssignment, StaffRole, User

DOOR = "staff.home"  # a role that does not open the back office would let nobody use what else it holds


def add(label: str, names: Collection[str], *, by: User) -> StaffRole:
    names = {*names, DOOR}
    _check(names, by)
    _check_label(label, None)
    role = StaffRole(name=_name_of(label), label=label, permissions=sorted(names), offered=sorted(names))
    db.session.add(role)
    auditing.record("role.added", role, after=_told(role))
    return role


def change(role: StaffRole, label: str, names: Collection[str], *, by: User) -> None:
    if role.everything:
        raise Refusal(_("This role holds everything, always. Make another role for less."))
    before, names = _told(role), {*names, DOOR}
    _check(names - set(role.permissions), by)
    _check_label(label, role)
    role.label, role.permissions = label, sorted(names)
    if _told(role) != before:
        auditing.record("role.changed", role, before=before, after=_told(role))


def remove(role: StaffRole) -> None:
    if role.name in staff_roles.LABELS:
        raise Refusal(_("This role belongs to the house. Take its permissions away instead."))
    if held := db.session.scalar(select(func.count()).where(StaffAssignment.role_id == role.id)):
        raise Refusal(_("%(count)s colleagues have this role. Give them another one first.", count=held))
    auditing.record("role.removed", role, before=_told(role))
    db.session.delete(role)


def holders() -> dict[int, int]:
    """How many colleagues have each role."""
    counted = select(StaffAssignment.role_id, func.count()).group_by(StaffAssignment.role_id)
    return {role_id: count for role_id, count in db.session.execute(counted)}  # noqa: C416  # rows are no pairs to mypy


def _check(names: Collection[str], by: User) -> None:
    if unknown := set(names) - set(permissions.names("staff")):
        raise Refusal(_("Nothing here is called %(name)s.", name=min(unknown)), field="permissions")
    if set(names) - staff_roles.held_by(by):
        raise Refusal(_("You can give only what you have yourself. Ask an owner."), field="permissions")


def _check_label(label: str, role: StaffRole | None) -> None:
    same = select(StaffRole).where(func.lower(StaffRole.label) == label.lower())
    if any(other is not role for other in db.session.scalars(same)):
        raise Refusal(_("There is a role of that name already."), field="label")


def _name_of(label: str) -> str:
    name = re.sub(r"\W+", "_", label.lower()).strip("_")
    if not name:
        raise Refusal(_("Give the role a name made of letters."), field="label")
    if db.session.scalar(select(StaffRole.id).where(StaffRole.name == name)):
        raise Refusal(_("There is a role of that name already."), field="label")
    return name


def _told(role: StaffRole) -> dict[str, object]:
    return {"label": role.label, "permissions": list(role.permissions)}
