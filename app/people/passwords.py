"""Passwords: what a new one must be, how one is kept, and a check that takes as long whoever it is about."""

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from app.kernel.db import after_commit
from app.kernel.refusal import Refusal
from app.kernel.sessions import revoke_others
from app.people import legacy_hashes
from app.people.models import User
from app.people.security_log import security_changed

SHORTEST = 10
LONGEST = 255  # hashing costs as much as its input is long
BCRYPT_COST = 10  # of the hashes that were brought along
hasher = PasswordHasher()


def check_new(password: str, email: str, *, field: str = "password") -> None:
    """Length counts, and not being the first guess. Which signs it is made of is the owner's business."""
    lowered = password.casefold()
    if len(password) < SHORTEST:
        raise Refusal(_("Use at least %(shortest)s characters.", shortest=SHORTEST), field=field, code="short")
    if len(password) > LONGEST:
        raise Refusal(_("Use at most %(longest)s characters.", longest=LONGEST), field=field, code="long")
    if email and (email.casefold() in lowered or lowered == email.partition("@")[0].casefold()):
        raise Refusal(_("Choose a password without your e-mail address in it."), field=field, code="guessable")
    if len(set(lowered)) == 1 or lowered in _common():
        raise Refusal(_("This password is among the first that anybody guesses."), field=field, code="common")


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())


def make_hash(password: str) -> str:
    return hasher.hash(password)


def verify(user: User | None, password: str) -> bool:
    """True if this is the person's password; a hash that is old in form or strength is replaced then.

    A failure costs one argon2 and one bcrypt whether the person exists or not and whatever their hash is made
    with: the time of the answer tells nothing.
    """
    stored = user.password_hash if user else None
    is_ours = bool(stored and stored.startswith("$argon2"))
    fits = len(password) <= LONGEST
    known = fits and is_ours and _argon2_matches(stored or "", password)
    if known and user and hasher.check_needs_rehash(stored or ""):
        user.password_hash = make_hash(password)
    if known:
        return True
    if not is_ours or not fits:
        _argon2_matches(_dummy(), password[:LONGEST])
    if user and stored and not is_ours and fits and legacy_hashes.matches(stored, password):
        user.password_hash = make_hash(password)
        return True
    if not legacy_hashes.is_bcrypt(stored or ""):
        legacy_hashes.bcrypt_matches(_dummy_bcrypt(), password[:LONGEST])
    return False


def _argon2_matches(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    return make_hash("nobody's")


@cache
def _dummy_bcrypt() -> str:
    import bcrypt

    return bcrypt.hashpw(b"nobody's", bcrypt.gensalt(BCRYPT_COST)).decode()


def change(user: User, password: str, *, before: str | None = None, field: str = "password") -> None:
    """Whoever changes a password wants everybody else out: all other sessions end."""
    if password == before:
        raise Refusal(_("This is the password you have now. Choose another one."), field=field, code="same")
    check_new(password, user.email, field=field)
    user.password_hash = make_hash(password)
    user.pending_email = None  # whoever knew the old password may have asked for it
    security_changed(user, "password")
    after_commit(lambda: _end_others(user))


def _end_others(user: User) -> None:
    revoke_others(user.public_id)
