"""Who belongs to an account, and as what. At every moment somebody owns it."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import auditing, tokens
from app.people.events import MemberRemoved
from app.people.models import Account, Membership, MembershipRole, User


def members(account: Account) -> list[Membership]:
    """Owners first, then by name."""
    theirs = select(Membership).where(Membership.account_id == account.id).options(joinedload(Membership.user))
    order = list(MembershipRole)
    return sorted(db.session.scalars(theirs), key=lambda one: (order.index(MembershipRole(one.role)), one.user.name))


def lock(account: Account) -> None:
    """Two owners who remove each other at once do so one after the other: the second finds themselves the last."""
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))


def join(account: Account, user: User, role: MembershipRole) -> Membership:
    membership = Membership(account=account, user=user, role=role)
    db.session.add(membership)
    db.session.flush()
    auditing.record("membership.created", membership, account=account, after={"user": user.email, "role": role})
    return membership


def change_role(membership: Membership, role: MembershipRole) -> None:
    current = _locked(membership)
    if current.role == role:
        return
    _keep_an_owner(current, _("This is the only owner. Make somebody else an owner first."))
    before = {"user": current.user.email, "role": current.role}
    current.role = role
    # What a token may do was chosen under the old role; the role is asked at each use, so it shrinks by itself.
    auditing.record(
        "membership.role_changed", current, account=current.account, before=before, after={**before, "role": role}
    )


def remove(membership: Membership) -> None:
    current = _locked(membership)
    _keep_an_owner(current, _("This is the only owner. Make somebody else an owner first."))
    _end(current, "membership.removed")


def leave(membership: Membership) -> None:
    current = _locked(membership)
    _keep_an_owner(current, _("You are the only owner. Make somebody else an owner before you leave."))
    _end(current, "membership.left")


def _locked(membership: Membership) -> Membership:
    """The membership as it is now that nobody else can change it."""
    lock(membership.account)
    again = select(Membership).where(Membership.id == membership.id).execution_options(populate_existing=True)
    current = db.session.scalar(again)
    if current is None:
        raise Refusal(_("This person no longer belongs to the account."), code="gone")
    return current


def _keep_an_owner(membership: Membership, reason: str) -> None:
    if membership.role != MembershipRole.owner:
        return
    owning = (Membership.account_id == membership.account_id, Membership.role == MembershipRole.owner)
    if db.session.scalar(select(Membership.id).where(*owning, Membership.id != membership.id).limit(1)) is None:
        raise Refusal(reason, code="last_owner")


def _end(membership: Membership, action: str) -> None:
    user, account = membership.user, membership.account
    before = {"user": user.email, "role": membership.role}
    tokens.revoke_all(user, account)
    db.session.delete(membership)
    announce(MemberRemoved(account=account.public_id, user=user.public_id, at=clock.now().isoformat()))
    auditing.record(action, user, account=account, before=before)
