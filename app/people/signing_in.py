"""Signing in: the password, and what is noted when somebody has come in or has not."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import announce
from app.people import emails, impersonating, passwords, places
from app.people.auditing import record
from app.people.events import SignedInFromNewPlace, StaffSignInFailed
from app.people.models import User
from app.people.security_log import own_hand
from app.people.waiting import PASSWORD, PASSWORD_BY_IP, queue_up


def by_password(email: str, password: str, *, ip: str, agent: str) -> User | None:
    """The person, or None: unknown, wrong and disabled are the same to whoever asks. Raises TooSoon."""
    user = person(email)
    # Somebody who keeps guessing from elsewhere must not keep the owner out: a place that the owner has used
    # before has tries of its own. For everybody else, known or not, there is one row of tries an address.
    place = places.place_of(ip, agent)
    own_place = place if user and places.knows(user, place) else ""
    key = f"{emails.normal(email)}|{own_place}"
    queue_up((PASSWORD_BY_IP, ip), (PASSWORD, key))
    right = passwords.verify(user, password)
    if right and user and user.is_active:
        PASSWORD_BY_IP.let_go(ip)
        PASSWORD.succeed(key)
        return user
    PASSWORD_BY_IP.fail(ip)
    PASSWORD.fail(key)
    note_failure(user, "disabled" if right else "password", ip)
    return None


def person(email: str) -> User | None:
    """With all that a sign-in asks about, so that known and unknown take the same statements."""
    wanted = select(User).where(User.email == emails.normal(email))
    needed = (joinedload(User.totp), joinedload(User.passkeys), joinedload(User.staff_assignments))
    return db.session.scalars(wanted.options(*needed)).unique().first()


def note_failure(user: User | None, why: str, ip: str) -> None:
    """An unknown address gets a row as well, without the address: people type passwords into the wrong field."""
    record("sign_in.failed", user, after={"why": why if user else "unknown"})
    if user and user.is_staff:
        announce(StaffSignInFailed(email=user.email, at=clock.now().isoformat(), ip=ip, why=why))


def note_arrival(user: User, method: str, *, ip: str, agent: str) -> None:
    user.last_signed_in_at = clock.now()
    if places.learn(user, places.place_of(ip, agent)):
        announce(SignedInFromNewPlace(user=user.public_id, at=clock.now().isoformat(), ip=ip, agent=agent))
    with own_hand(user):
        record("sign_in.succeeded", user, after={"method": method})


def note_departure(user: User) -> None:
    with own_hand(user):
        impersonating.end_all_of(user, "signed out")
        record("sign_in.ended", user)


def prove_password(user: User, password: str, *, ip: str) -> bool:
    """Somebody who is signed in says the password again: a session left open is no way to guess it."""
    queue_up((PASSWORD_BY_IP, ip), (PASSWORD, user.public_id))
    right = passwords.verify(user, password)
    if right:
        PASSWORD_BY_IP.let_go(ip)
        PASSWORD.succeed(user.public_id)
    else:
        PASSWORD_BY_IP.fail(ip)
        PASSWORD.fail(user.public_id)
        record("proof.failed", user, after={"why": "password"})
    return right
