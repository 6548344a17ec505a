"""Inviting people to an account by letter."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.limits import Limit
from app.kernel.refusal import Refusal
from app.people import auditing, emails, memberships
from app.people.events import InvitationSent
from app.people.models import Account, Invitation, Membership, MembershipRole, User
from app.people.waiting import spend

INVITATION_LASTS = timedelta(days=7)
# Letters to one address, and to any: an account is no means to flood a mailbox.
TO_ONE = Limit("invitation", free=3, base_delay=600, max_delay=86_400, window=86_400)
TO_ANY = Limit("invitations", free=20, base_delay=600, max_delay=86_400, window=86_400)


def open_invitations(account: Account) -> list[Invitation]:
    """Oldest first; also those that ran out, so that they can be sent again."""
    mine = select(Invitation).where(Invitation.account_id == account.id, is_open())
    return list(db.session.scalars(mine.order_by(Invitation.id)))


def is_expired(invitation: Invitation) -> bool:
    return invitation.expires_at <= clock.now()


def invite(account: Account, email: str, role: MembershipRole, by: User) -> Invitation:
    email = emails.checked(email)
    memberships.lock(account)
    if _belongs(account, email):
        raise Refusal(_("This person already has access."), field="email", code="member")
    waiting = db.session.scalar(
        select(Invitation).where(Invitation.account_id == account.id, Invitation.email == email, is_open())
    )
    if waiting and not is_expired(waiting):
        reason = _("This person is invited already. You can send the invitation again.")
        raise Refusal(reason, field="email", code="invited")
    invitation = waiting or Invitation(account=account, email=email)
    invitation.role, invitation.invited_by = role, by
    db.session.add(invitation)
    _send(invitation)
    auditing.record("invitation.sent", invitation, account=account, after={"email": email, "role": role})
    return invitation


def send_again(invitation: Invitation) -> None:
    _still_open(invitation)
    _send(invitation)
    auditing.record("invitation.sent_again", invitation, account=invitation.account, after={"email": invitation.email})


def withdraw(invitation: Invitation) -> None:
    _still_open(invitation)
    invitation.withdrawn_at = clock.now()
    before = {"email": invitation.email, "role": invitation.role}
    auditing.record("invitation.withdrawn", invitation, account=invitation.account, before=before)


def is_open() -> ColumnElement[bool]:
    return Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)


def _still_open(invitation: Invitation) -> None:
    memberships.lock(invitation.account)
    db.session.refresh(invitation)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refusal(_("This invitation was accepted or withdrawn meanwhile."), code="settled")


def _belongs(account: Account, email: str) -> bool:
    theirs = exists().where(Membership.account_id == account.id, Membership.user_id == User.id, User.email == email)
    return bool(db.session.scalar(select(theirs)))


def _send(invitation: Invitation) -> None:
    account = invitation.account.public_id
    spend((TO_ONE, f"{account} {invitation.email}"), (TO_ANY, account))
    now = clock.now()
    invitation.expires_at = now + INVITATION_LASTS
    db.session.flush()
    announce(InvitationSent(invitation=invitation.public_id, at=now.isoformat()))
