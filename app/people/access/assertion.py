"""Reading an assertion of Access: who was let in, if every check holds."""

from typing import Any

import jwt

from app.kernel import clock
from app.people.access import keys
from app.people.access.team import address_of

LEEWAY = 60  # seconds that two clocks may differ
ALGORITHM = "RS256"  # no other, above all not `none`, and none that takes a public key for a shared secret
LONGEST = 8192


class NotVouched(Exception):
    """Why the assertion is worth nothing; for the log, not for whoever sent it."""


def email_of(assertion: str, team: str, audience: str) -> str:
    """The address of the person whom Access let in."""
    issuer = address_of(team)
    claims = _claims(assertion, issuer, audience)
    _check_times(claims)
    if claims.get("type") != "app":
        raise NotVouched("not an application's token")
    email = claims.get("email")
    if not isinstance(email, str) or not email:
        raise NotVouched("no person: a service token has no e-mail address")
    return email.strip().lower()


def _claims(assertion: str, issuer: str, audience: str) -> dict[str, Any]:
    if len(assertion) > LONGEST:
        raise NotVouched("too long")
    try:
        header = jwt.get_unverified_header(assertion)
        if header.get("alg") != ALGORITHM:
            raise NotVouched("signed in another way than RS256")
        known = keys.key(issuer, str(header.get("kid")))
        if known is None:
            raise NotVouched("signed with a key that Access does not name")
        public = jwt.PyJWK.from_dict(known, algorithm=ALGORITHM)
        return jwt.decode(
            assertion,
            public.key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            # The times are checked against our own clock, below.
            options={
                "require": ["exp", "iat", "nbf", "aud", "iss"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except jwt.PyJWTError as wrong:
        raise NotVouched(f"{type(wrong).__name__}: {wrong}") from wrong
    except keys.NoKeys as unknown:
        raise NotVouched("the keys of Access cannot be had") from unknown


def _check_times(claims: dict[str, Any]) -> None:
    now = clock.now().timestamp()
    times = [claims["exp"], claims["nbf"], claims["iat"]]
    if not all(isinstance(one, int | float) for one in times):
        raise NotVouched("its times are no numbers")
    expires, begins, issued = times
    if now > expires + LEEWAY:
        raise NotVouched("expired")
    if now < begins - LEEWAY or now < issued - LEEWAY:
        raise NotVouched("not valid yet")
