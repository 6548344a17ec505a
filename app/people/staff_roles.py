"""What the roles of staff hold: the sets they begin with, and what a person holds through theirs."""

from collections.abc import Collection

from flask_babel import force_locale
from sqlalchemy import select

from app.kernel import permissions
from app.kernel.db import db
from app.kernel.lazy import lazy as _l
from app.people.models import StaffAssignment, StaffRole, User

OWNER = "owner"
# Stored in English and translated when they are shown; what somebody has renamed stands as it is.
LABELS = {
    OWNER: _l("Owner"),
    "admin": _l("Administrator"),
    "billing": _l("Billing"),
    "support": _l("Support"),
    "technician": _l("Technician"),
    "read_only": _l("Read only"),
}
_granted: dict[str, set[str]] = {name: set() for name in LABELS}


def grant(permission: str, *roles: str) -> None:
    """Roles begin with this permission. An administrator begins with every one, an owner has them anyway."""
    for role in roles:
        _granted[role].add(permission)


def beginnings(name: str) -> set[str]:
    return set(permissions.names("staff")) if name == "admin" else set(_granted[name])


def ensure_roles() -> None:
    """Make the roles that are missing, and give those there are what has been declared since. Safe to repeat.

    What somebody took away from a role has been offered before, and is not given again.
    """
    known = {role.name: role for role in db.session.scalars(select(StaffRole).where(StaffRole.name.in_(LABELS)))}
    for name, label in LABELS.items():
        role = known.get(name)
        if role is None:
            role = StaffRole(name=name, label=_in_english(label), everything=name == OWNER, permissions=[], offered=[])
            db.session.add(role)
        new = set() if role.everything else beginnings(name) - set(role.offered)
        if new:
            role.permissions = sorted({*role.permissions, *new})
            role.offered = sorted({*role.offered, *new})
    db.session.flush()


def _in_english(label: object) -> str:
    with force_locale("en"):
        return str(label)


def of(names: Collection[str]) -> list[StaffRole]:
    return list(db.session.scalars(select(StaffRole).where(StaffRole.name.in_(names)).order_by(StaffRole.id)))


def every() -> list[StaffRole]:
    return list(db.session.scalars(select(StaffRole).order_by(StaffRole.id)))


def held_by(user: User) -> frozenset[str]:
    mine = select(StaffRole).join(StaffAssignment).where(StaffAssignment.user_id == user.id)
    return held(db.session.scalars(mine).all())


def held(roles: Collection[StaffRole]) -> frozenset[str]:
    if any(role.everything for role in roles):
        return frozenset(permissions.names("staff"))
    return frozenset(name for role in roles for name in role.permissions)
