"""The second factor: codes from an app, and recovery codes for the day the telephone is gone."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.db import after_commit, db, new_code
from app.kernel.notices import notice
from app.kernel.refusal import Refusal
from app.kernel.sessions import revoke_others
from app.kernel.settings import current_settings
from app.people.models import RecoveryCode, Totp, User
from app.people.security_log import own_hand, security_changed
from app.people.waiting import CODE, queue_up

if TYPE_CHECKING:
    from pyotp import TOTP

STEP = 30  # seconds
DIGITS = 6
LENIENCE = (0, -1, 1)  # clocks of telephones are off by a step
CODES = 10
GROUP = 4
GROUPS = 4  # of 28 signs: 77 bits, so that a quick hash is enough


# ---------------------------------------------------------------- an app


def prepare_totp(user: User) -> Totp:
    """The secret to scan. It stays the same until it is confirmed, so that a page loaded twice shows one code."""
    import pyotp

    # A button pressed twice must not break on the second press.
    added = insert(Totp).values(user_id=user.id, secret=pyotp.random_base32()).on_conflict_do_nothing()
    db.session.execute(added)
    db.session.refresh(user, ["totp"])
    return cast("Totp", user.totp)


def address_for_app(totp: Totp) -> str:
    return _reader(totp).provisioning_uri(name=totp.user.email, issuer_name=current_settings().brand_name)


def confirm_totp(user: User, code: str) -> list[str]:
    """The app shows the right code: it counts from now on. Gives recovery codes if there were none."""
    if user.totp is None or user.totp.confirmed_at:
        raise Refusal(_("This was set up already. Load the page again."), code="set_up_already")
    step = _step_of(user.totp, code)
    if step is None:
        raise Refusal(_("That is not the code your app shows now. Wait for the next one and enter that."), field="code")
    with ending_bare_sessions(user):
        user.totp.confirmed_at, user.totp.last_step = clock.now(), step
    security_changed(user, "totp_on")
    return codes_if_none(user)


@contextmanager
def ending_bare_sessions(user: User) -> Iterator[None]:
    """Around the first second factor: elsewhere nobody has shown it, so they come in again."""
    first = not user.has_second_factor
    yield
    if first:
        after_commit(partial(revoke_others, user.public_id))


def remove_totp(user: User) -> None:
    if user.totp is None:
        return
    may_lose_one(user)
    confirmed = user.totp.confirmed_at
    user.totp = None
    db.session.flush()
    if confirmed:
        security_changed(user, "totp_off")
    forget_codes_if_alone(user)


def may_lose_one(user: User) -> None:
    """Staff keep at least one second factor."""
    factors = len(user.passkeys) + bool(user.totp and user.totp.confirmed_at)
    if user.is_staff and factors <= 1:
        raise Refusal(
            _("Colleagues always have a second factor. Add another one before you remove this."), code="last_factor"
        )


def _reader(totp: Totp) -> "TOTP":
    import pyotp

    return pyotp.TOTP(totp.secret, digits=DIGITS, interval=STEP)


def _step_of(totp: Totp, code: str) -> int | None:
    """Which moment's code this is."""
    reader, now = _reader(totp), int(clock.now().timestamp()) // STEP
    typed = "".join(code.split())
    if not (len(typed) == DIGITS and typed.isascii() and typed.isdigit()):
        return None
    return next((now + off for off in LENIENCE if hmac.compare_digest(reader.generate_otp(now + off), typed)), None)


# ---------------------------------------------------------------- signing in with it


def check(user: User, code: str) -> str | None:
    """How the code proves the person ("totp" or "recovery_code"), or None. Raises TooSoon."""
    queue_up((CODE, user.public_id))
    how = "totp" if _spend_totp(user, code) else "recovery_code" if _spend_recovery_code(user, code) else None
    if how:
        CODE.succeed(user.public_id)
    else:
        CODE.fail(user.public_id)
    return how


def _spend_totp(user: User, code: str) -> bool:
    totp = user.totp
    if totp is None or totp.confirmed_at is None:
        return False
    step = _step_of(totp, code)
    if step is None:
        return False
    # Guarded by the last step that was used: of two who send the same code at once, the second changes no row.
    spent = update(Totp).where(Totp.id == totp.id, Totp.last_step < step).values(last_step=step).returning(Totp.id)
    if db.session.scalar(spent) is None:
        notice("totp.replayed", user=user.public_id)
        return False
    return True


def _spend_recovery_code(user: User, code: str) -> bool:
    open_code = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(user, code))
    spent = update(RecoveryCode).where(*open_code, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    if db.session.scalar(spent.returning(RecoveryCode.id)) is None:
        return False
    with own_hand(user):
        security_changed(user, "recovery_code_used", left=codes_left(user))
    return True


# ---------------------------------------------------------------- recovery codes


def new_codes(user: User) -> list[str]:
    """Shown once. The ones before are worth nothing from now on."""
    codes = ["-".join(new_code(GROUP) for _group in range(GROUPS)) for _number in range(CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(user, code)) for code in codes)
    security_changed(user, "recovery_codes")
    return codes


def codes_if_none(user: User) -> list[str]:
    return [] if codes_left(user) else new_codes(user)


def codes_left(user: User) -> int:
    unused = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def forget_codes_if_alone(user: User) -> None:
    """A recovery code stands in for a second factor; without one it opens nothing and would only lie about."""
    if not user.has_second_factor:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _hash(user: User, code: str) -> str:
    typed = "".join(sign for sign in code.lower() if sign.isalnum())
    return sha256(f"{user.public_id}:{typed}".encode()).hexdigest()
