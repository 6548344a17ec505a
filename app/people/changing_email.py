"""A new e-mail address: it counts once a link in a letter to it was used, and the old one is warned before."""

from datetime import timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock, signing
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import emails, links
from app.people.auditing import record
from app.people.events import EmailChangeAsked, EmailChanged
from app.people.models import User
from app.people.security_log import own_hand
from app.people.verifying import mark_verified
from app.people.waiting import LETTER, spend

LINK_LASTS = timedelta(hours=24)


def ask(user: User, new_email: str) -> None:
    """Says nothing about whether somebody else uses the address: who can read letters to it finds out."""
    email = emails.checked(new_email)
    if email == user.email:
        raise Refusal(_("This is your address already."), field="email", code="same")
    spend((LETTER, f"email {user.public_id}"))
    user.pending_email = email
    announce(EmailChangeAsked(user=user.public_id, new_email=email, at=clock.now().isoformat()))
    record("user.email_change_asked", user, after={"email": email})


def cancel(user: User) -> None:
    """The link in the letter that was sent opens nothing any more."""
    if user.pending_email:
        record("user.email_change_cancelled", user, before={"email": user.pending_email})
        user.pending_email = None


def asked_by(token: str) -> tuple[User, str]:
    public_id, state, email = cast("list[str]", signing.read(links.CHANGE_EMAIL, token, LINK_LASTS))
    user = db.session.scalars(select(User).where(User.public_id == public_id).with_for_update()).first()
    pending = user is not None and user.is_active and user.pending_email == email
    if user is None or not pending or links.state_of(user) != state:
        raise Refusal(_("This link was used already, or something changed since. Ask for a new one."), code="used")
    return user, email


def confirm(token: str) -> User:
    user, email = asked_by(token)
    old = user.email
    try:
        with db.session.begin_nested():
            user.email, user.pending_email = email, None
    except IntegrityError as taken:
        raise Refusal(_("Another login uses this address. Remove it there first."), code="taken") from taken
    with own_hand(user) as actor:
        mark_verified(user, actor)
        announce(EmailChanged(user=user.public_id, old_email=old, at=clock.now().isoformat()))
        record("user.email_changed", user, before={"email": old}, after={"email": email})
    return user
