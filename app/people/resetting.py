"""A forgotten password: a letter with a link that works once."""

from datetime import timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel import clock, signing
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import emails, links, passwords
from app.people.auditing import record
from app.people.events import PasswordForgotten, PasswordResetAsked
from app.people.models import User
from app.people.security_log import own_hand
from app.people.verifying import mark_verified
from app.people.waiting import LETTER, LETTER_BY_IP, spend

LINK_LASTS = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=7)


def ask(email: str, *, ip: str) -> None:
    """Whether there is such a person is looked up later, out of sight of whoever asks."""
    address = emails.normal(email)
    spend((LETTER_BY_IP, ip), (LETTER, f"reset {address}"))
    announce(PasswordForgotten(email=address, at=clock.now().isoformat(), ip=ip))


def answer(asked: PasswordForgotten) -> None:
    user = db.session.scalars(select(User).where(User.email == asked.email)).first()
    if user is None or not user.is_active:
        return
    announce(PasswordResetAsked(user=user.public_id, at=asked.at))
    record("password.reset_asked", user, after={"ip": asked.ip})


def asked_by(token: str, *, lock: bool = False) -> User:
    public_id, state = _read(token)
    wanted = select(User).where(User.public_id == public_id).execution_options(populate_existing=True)
    user = db.session.scalars(wanted.with_for_update() if lock else wanted).first()
    if user is None or not user.is_active or links.state_of(user) != state:
        raise Refusal(
            _("This link was used already, or the password has changed since. Ask for a new one."), code="used"
        )
    return user


def _read(token: str) -> list[str]:
    try:
        found = signing.read(links.RESET, token, LINK_LASTS)
    except Refusal as refusal:
        if refusal.code != "link_invalid":
            raise
        found = signing.read(links.FIRST_PASSWORD, token, INVITATION_LASTS)
    return cast("list[str]", found)


def reset(token: str, password: str) -> User:
    """Ends every session. The second factor is still asked for at the next sign-in."""
    # Locked, so that of two who use the link at once the second finds the password changed.
    user = asked_by(token, lock=True)
    with own_hand(user) as actor:
        passwords.change(user, password)
        mark_verified(user, actor)
    return user
