"""Colleagues: who they are, what they may do, and that somebody always remains who may do everything.

Nobody gives what they do not have, and nobody touches a colleague who has more than they do.
"""

from collections.abc import Collection
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.kernel import clock, sessions
from app.kernel.db import after_commit, db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import auditing, staff_roles
from app.people.events import StaffInvited
from app.people.models import Passkey, StaffAssignment, StaffRole, Totp, User


def colleagues() -> list[User]:
    """By name, each with what they prove themselves with."""
    staff = select(User).where(User.id.in_(select(StaffAssignment.user_id)))
    whole = staff.options(joinedload(User.totp), selectinload(User.passkeys))
    return list(db.session.scalars(whole.order_by(func.lower(User.name), User.id)))


def roles_of(user: User) -> list[StaffRole]:
    mine = select(StaffRole).join(StaffAssignment).where(StaffAssignment.user_id == user.id)
    return list(db.session.scalars(mine.order_by(StaffRole.id)))


def roles_by_person() -> dict[int, list[StaffRole]]:
    """Of every colleague, in one statement."""
    rows = db.session.execute(
        select(StaffAssignment.user_id, StaffRole)
        .join(StaffRole, StaffRole.id == StaffAssignment.role_id)
        .order_by(StaffRole.id)
    )
    held: dict[int, list[StaffRole]] = {}
    for user_id, role in rows:
        held.setdefault(user_id, []).append(role)
    return held


def without_second_factor() -> int:
    proofs = (
        exists().where(Passkey.user_id == User.id),
        exists().where(Totp.user_id == User.id, Totp.confirmed_at.is_not(None)),
    )
    bare = (User.disabled_at.is_(None), *(~proof for proof in proofs))
    works_here = User.id.in_(select(StaffAssignment.user_id))
    return db.session.scalar(select(func.count()).select_from(User).where(works_here, *bare)) or 0


def add(email: str, name: str, roles: Collection[StaffRole], *, by: User) -> User:
    """Make a person a colleague; somebody new is invited to choose a password. `email` is in its normal form."""
    _check_some(roles)
    check_may_give(by, roles)
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        # Whoever opens the letter shows that the address is theirs.
        user = User(email=email, name=name, password_hash=None)
        db.session.add(user)
        db.session.flush()
    elif user.is_staff:
        raise Refusal(_("%(name)s is a colleague already.", name=user.name), field="email")
    elif not user.is_active:
        raise Refusal(_("This person has been disabled. Enable them first."), field="email")
    _assign(user, roles, by)
    auditing.record("staff.added", user, after={"email": email, "roles": _names(roles)})
    invite(user, by=by)
    return user


def invite(user: User, *, by: User) -> None:
    announce(StaffInvited(user=user.public_id, by=by.public_id, at=clock.now().isoformat()))


def set_roles(user: User, roles: Collection[StaffRole], *, by: User) -> None:
    """What they hold from now on. Whatever they lose takes effect at once, and their sessions end."""
    _check_some(roles)
    before = roles_of(user)
    if {role.id for role in before} == {role.id for role in roles}:
        return
    check_may_touch(by, user)
    check_may_give(by, [role for role in roles if role not in before])
    with keeping_an_owner():
        _assign(user, roles, by)
    if staff_roles.held(before) - staff_roles.held(roles):
        _end_sessions(user)
    auditing.record("staff.roles_changed", user, before={"roles": _names(before)}, after={"roles": _names(roles)})


def remove(user: User, *, by: User) -> None:
    """No colleague any more. As a customer, if they are one, they remain."""
    before = roles_of(user)
    check_may_touch(by, user)
    with keeping_an_owner():
        _assign(user, [], by)
    _end_sessions(user)
    auditing.record("staff.removed", user, before={"roles": _names(before)}, after={"roles": []})


def disable(user: User, *, by: User) -> None:
    """They cannot sign in, as whatever they are."""
    if user == by:
        raise Refusal(_("You cannot disable yourself."))
    check_may_touch(by, user)
    with keeping_an_owner():
        user.disabled_at = clock.now()
    _end_sessions(user)
    auditing.record("staff.disabled", user)


def enable(user: User, *, by: User) -> None:
    check_may_touch(by, user)
    user.disabled_at = None
    auditing.record("staff.enabled", user)


class keeping_an_owner:  # noqa: N801  # reads as what it does, around the act that could take the last one away
    """Everyone who might take the last owner away stands in line here until the one before has committed."""

    def __enter__(self) -> None:
        db.session.scalars(select(StaffRole.id).where(StaffRole.everything).with_for_update()).all()

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            return
        db.session.flush()
        able = (
            select(func.count(User.id.distinct()))
            .join(StaffAssignment, StaffAssignment.user_id == User.id)
            .join(StaffRole, StaffRole.id == StaffAssignment.role_id)
            .where(StaffRole.everything, User.disabled_at.is_(None))
        )
        if not db.session.scalar(able):
            raise Refusal(_("Nobody would be left who may do everything. Make somebody else an owner first."))


def check_may_give(by: User, roles: Collection[StaffRole]) -> None:
    mine, above = staff_roles.held_by(by), [role for role in roles if role.everything]
    if (above and not any(role.everything for role in roles_of(by))) or staff_roles.held(roles) - mine:
        raise Refusal(_("You can give only what you have yourself. Ask an owner."), field="roles", code="above_you")


def check_may_touch(by: User, colleague: User) -> None:
    """Also before their second factor is reset: it would be a way to become them."""
    theirs = roles_of(colleague)
    owner = any(role.everything for role in theirs)
    mine = roles_of(by)
    if (owner and not any(role.everything for role in mine)) or staff_roles.held(theirs) - staff_roles.held(mine):
        raise Refusal(
            _("%(name)s may do more than you. Ask an owner.", name=colleague.name), field="roles", code="above_you"
        )


def _check_some(roles: Collection[StaffRole]) -> None:
    if not roles:
        raise Refusal(_("Choose at least one role."), field="roles")


def _assign(user: User, roles: Collection[StaffRole], by: User) -> None:
    wanted = {role.id for role in roles}
    kept = {one.role_id for one in user.staff_assignments if one.role_id in wanted}
    user.staff_assignments = [one for one in user.staff_assignments if one.role_id in kept]
    user.staff_assignments += [
        StaffAssignment(role_id=role_id, assigned_by_id=by.id) for role_id in sorted(wanted - kept)
    ]
    db.session.flush()


def _end_sessions(user: User) -> None:
    after_commit(partial(sessions.revoke_all, user.public_id))


def _names(roles: Collection[StaffRole]) -> list[str]:
    return sorted(role.name for role in roles)
