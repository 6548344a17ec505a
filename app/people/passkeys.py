"""Passkeys: a device keeps them and uses them only for the person who unlocks it, so one counts as both factors."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.redis import redis
from app.kernel.refusal import Refusal
from app.people.models import Passkey, User
from app.people.second_factor import codes_if_none, ending_bare_sessions, forget_codes_if_alone, may_lose_one
from app.people.security_log import security_changed

CHALLENGE_LASTS = 3600  # seconds: the sign-in page waits for a key as long as it is open
MOST = 20
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000


@dataclass(frozen=True)
class RelyingParty:
    """Whom the device believes to talk to: a passkey made for one host name is unknown to any other."""

    id: str
    origin: str
    name: str


# ---------------------------------------------------------------- what the browser is asked


def ask_to_make(user: User, rp: RelyingParty, challenge: bytes) -> str:
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=rp.id,
        rp_name=rp.name,
        user_id=user.public_id.encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge,
        timeout=300_000,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(user),
    )
    return webauthn.options_to_json(options)


def ask_for_one(rp: RelyingParty, challenge: bytes, user: User | None = None) -> str:
    """Without a user the device offers whichever keys it has for us."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=rp.id,
        challenge=challenge,
        timeout=300_000,
        allow_credentials=_described(user) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def _described(user: User) -> list:  # type: ignore[type-arg]  # the library's types are not loaded before they are needed
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(name) for name in one.transports if name in known] or None,
        )
        for one in user.passkeys
    ]


# ---------------------------------------------------------------- what it answers


def add(user: User, answer: str, rp: RelyingParty, challenge: bytes | None, name: str) -> list[str]:
    """Gives recovery codes if there were none."""
    import webauthn

    if len(user.passkeys) >= MOST:
        raise Refusal(_("You have %(most)s passkeys. Remove one before you add another.", most=MOST))
    with _Reading():
        given = _opened(answer)
        made = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=_spend(challenge),
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            require_user_verification=True,
        )
        transports = [str(one)[:20] for one in given["response"].get("transports") or ()][:8]
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise Refusal(_("This passkey is in use already."), code="known")
    passkey = Passkey(
        name=name[:LONGEST_NAME] or _("Passkey"),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=transports,
        backed_up=made.credential_backed_up,
    )
    with ending_bare_sessions(user):
        user.passkeys.append(passkey)
        db.session.flush()
    security_changed(user, "passkey_added", name=passkey.name)
    return codes_if_none(user)


def check(answer: str, rp: RelyingParty, challenge: bytes | None, user: User | None = None) -> User:
    """Whose passkey has signed. With `user` it must be theirs."""
    import webauthn

    with _Reading():
        given = _opened(answer)
        passkey = _found(webauthn.base64url_to_bytes(given["rawId"]))
        signed = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=_spend(challenge),
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        handle = given["response"].get("userHandle")
        its_owner = handle is None or webauthn.base64url_to_bytes(handle) == passkey.user.public_id.encode()
    if not its_owner or not passkey.user.is_active or (user and user.id != passkey.user_id):
        raise _unknown()
    _count(passkey, signed.new_sign_count)
    return passkey.user


def _opened(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise _unknown()
    return cast("dict[str, Any]", json.loads(answer))


def _found(credential_id: bytes) -> Passkey:
    wanted = select(Passkey).where(Passkey.credential_id == credential_id).options(joinedload(Passkey.user))
    found = db.session.scalars(wanted).first()
    if found is None:
        raise _unknown()
    return found


def _count(passkey: Passkey, seen: int) -> None:
    """A copy of a key counts on its own: of two that were at the same number, the later one is turned away."""
    change = update(Passkey).where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
    now = {"sign_count": seen, "last_used_at": clock.now()}
    if db.session.scalar(change.values(now).returning(Passkey.id)) is None:
        raise _unknown()


def _spend(challenge: bytes | None) -> bytes:
    """A challenge is good for one answer, even of two that are sent side by side."""
    if challenge is None:
        raise _stale()
    place = f"challenge:{sha256(challenge).hexdigest()[:32]}"
    if not redis.set(place, 1, nx=True, ex=2 * CHALLENGE_LASTS):
        raise _stale()
    return challenge


class _Reading:
    """What comes out of a browser may be anything: whatever it makes the library stumble over is a refusal."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from webauthn.helpers.exceptions import WebAuthnException

        broken = (WebAuthnException, InvalidSignature, UnsupportedAlgorithm, RecursionError)
        if isinstance(error, (*broken, ValueError, TypeError, LookupError, AttributeError, ArithmeticError)):
            raise _unknown() from error


def _unknown() -> Refusal:
    return Refusal(_("That passkey did not work here. Try again, or use your password."), code="passkey")


def _stale() -> Refusal:
    return Refusal(_("The page was open for too long. Try again."), code="stale")


# ---------------------------------------------------------------- keeping them


def rename(passkey: Passkey, name: str) -> None:
    if not name:
        raise Refusal(_("Give it a name by which you know it."), field="name")
    passkey.name = name[:LONGEST_NAME]


def remove(passkey: Passkey) -> None:
    user = passkey.user
    may_lose_one(user)
    user.passkeys.remove(passkey)
    db.session.flush()
    security_changed(user, "passkey_removed", name=passkey.name)
    forget_codes_if_alone(user)
