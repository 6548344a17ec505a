"""What staff do for a person who cannot help themselves: a lost telephone, a lost letter, a stolen session."""

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete

from app.kernel import clock, sessions
from app.kernel.db import after_commit, db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.events import EmailVerificationAsked, SecurityChanged
from app.people.models import Passkey, RecoveryCode, Totp, User


def reset_second_factor(user: User) -> None:
    """Password alone again, and signed out everywhere. Staff must set up a new one before they reach anything."""
    if not user.has_second_factor:
        raise Refusal(_("%(name)s has no second factor.", name=user.name))
    before = {
        "app": user.totp is not None and user.totp.confirmed_at is not None,
        "passkeys": [passkey.name for passkey in user.passkeys],
    }
    for model in (Totp, Passkey, RecoveryCode):
        db.session.execute(delete(model).where(model.user_id == user.id))
    db.session.expire(user, ["totp", "passkeys"])
    entry = auditing.record("security.second_factor_reset", user, before=before, after={"app": False, "passkeys": []})
    # Without our address: it is for the person to know that it was done, not from where we work.
    announce(SecurityChanged(user=user.public_id, what="second_factor_reset", at=entry.at.isoformat(), ip=""))
    after_commit(partial(sessions.revoke_all, user.public_id))


def end_sessions(user: User) -> None:
    after_commit(partial(sessions.revoke_all, user.public_id))
    auditing.record("person.sessions_ended", user)


def ask_verification(user: User) -> None:
    if user.email_verified_at:
        raise Refusal(_("This address has been verified already."))
    announce(EmailVerificationAsked(user=user.public_id, at=clock.now().isoformat()))
    auditing.record("person.verification_asked", user)
