"""Proving that an address is one's own: a letter with a link, and a button, since mail scanners follow links too."""

from datetime import timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel import clock, signing
from app.kernel.acting import Actor
from app.kernel.db import db, find
from app.kernel.events import announce
from app.kernel.lifecycle import move
from app.kernel.refusal import Refusal
from app.people.auditing import record
from app.people.events import EmailVerificationAsked, EmailVerified
from app.people.links import VERIFY
from app.people.models import Account, Membership, MembershipRole, User
from app.people.security_log import own_hand
from app.people.waiting import LETTER, spend

LINK_LASTS = timedelta(days=3)


def ask(user: User) -> None:
    if user.email_verified_at:
        raise Refusal(_("Your e-mail address is confirmed already."), code="verified")
    spend((LETTER, f"verify {user.public_id}"))
    announce(EmailVerificationAsked(user=user.public_id, at=clock.now().isoformat()))


def asked_by(token: str) -> User:
    """Whose address the link is about. Raises a Refusal once it has been used or has lost its point."""
    public_id, email = cast("list[str]", signing.read(VERIFY, token, LINK_LASTS))
    user = find(User, public_id)
    if user is None or user.email != email:
        raise Refusal(_("This link belongs to an address that is no longer used. Ask for a new one."), code="moot")
    if user.email_verified_at:
        raise Refusal(_("This address is confirmed already. You can sign in."), code="verified")
    return user


def verify(token: str) -> User:
    user = asked_by(token)
    with own_hand(user) as actor:
        mark_verified(user, actor)
    return user


def mark_verified(user: User, by: Actor) -> None:
    """Whoever reads letters to this address has shown it: the accounts that waited for it open."""
    if user.email_verified_at:
        return
    user.email_verified_at = clock.now()
    announce(EmailVerified(user=user.public_id))
    for account in _waiting_for(user):
        move(account, "active", by=by, why="e-mail address confirmed")
    record("user.email_verified", user, after={"email": user.email})


def _waiting_for(user: User) -> list[Account]:
    owned = (Membership.user_id == user.id, Membership.role == MembershipRole.owner, Account.status == "pending")
    return list(db.session.scalars(select(Account).join(Membership).where(*owned)))
