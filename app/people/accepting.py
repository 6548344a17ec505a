"""Taking up an invitation. Whoever holds the link has read the mailbox it was sent to."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel import acting, clock
from app.kernel.db import db, find
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.kernel.signing import read
from app.people import auditing, inviting, memberships, passwords
from app.people.events import InvitationAccepted, UserRegistered
from app.people.links import INVITATION
from app.people.models import Invitation, Membership, MembershipRole, User
from app.people.security_log import own_hand
from app.people.verifying import mark_verified


def read_link(token: str) -> Invitation:
    invitation = find(Invitation, str(read(INVITATION, token, inviting.INVITATION_LASTS)))
    if invitation is None or invitation.withdrawn_at:
        raise Refusal(_("This invitation was withdrawn. Ask for a new one if that was a mistake."), code="withdrawn")
    if invitation.accepted_at:
        raise Refusal(_("This invitation was accepted already. Sign in to use the account."), code="accepted")
    if inviting.is_expired(invitation):
        raise Refusal(_("This invitation has expired. Ask for a new one."), code="link_expired")
    if invitation.account.status == "closed":
        raise Refusal(_("This account is closed."), code="closed")
    return invitation


def user_of(invitation: Invitation) -> User | None:
    return db.session.scalar(select(User).where(User.email == invitation.email))


def accept(invitation: Invitation, user: User) -> Membership:
    if user.email != invitation.email:
        raise Refusal(_("This invitation is for %(email)s.", email=invitation.email), code="other_person")
    _take(invitation)
    mark_verified(user, acting.current())
    mine = (Membership.account_id == invitation.account_id, Membership.user_id == user.id)
    membership = db.session.scalar(select(Membership).where(*mine))
    if membership is None:
        membership = memberships.join(invitation.account, user, MembershipRole(invitation.role))
    announce(InvitationAccepted(invitation=invitation.public_id, user=user.public_id))
    after = {"email": invitation.email, "role": membership.role}
    auditing.record("invitation.accepted", invitation, account=invitation.account, after=after)
    return membership


def accept_as_newcomer(invitation: Invitation, *, name: str, password: str, locale: str) -> User:
    passwords.check_new(password, invitation.email)
    user = User(email=invitation.email, name=name, password_hash=passwords.make_hash(password), locale=locale)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as taken:
        raise Refusal(_("This address has a login by now. Sign in with it to accept."), code="known") from taken
    with own_hand(user):
        accept(invitation, user)
        announce(UserRegistered(user=user.public_id, account=invitation.account.public_id))
    return user


def _take(invitation: Invitation) -> None:
    """Two clicks at once, or a click beside a withdrawal: one of them comes too late."""
    memberships.lock(invitation.account)
    db.session.refresh(invitation, ["accepted_at", "withdrawn_at"])
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refusal(_("This invitation was accepted or withdrawn meanwhile."), code="settled")
    invitation.accepted_at = clock.now()
