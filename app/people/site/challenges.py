"""The word a passkey has to sign: made for one browser, kept in its session, good for one answer."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from flask import request, session

from app.kernel import clock
from app.kernel.settings import current_settings
from app.people.passkeys import CHALLENGE_LASTS, RelyingParty

BYTES = 32
RENEW_AFTER = CHALLENGE_LASTS / 2  # two open tabs share one challenge; an old one leaves the page time to be read


def offered() -> bytes:
    kept = session.get("challenge")
    if not kept or clock.now().timestamp() - kept["at"] > RENEW_AFTER:
        fresh = urlsafe_b64encode(secrets.token_bytes(BYTES)).decode()
        kept = session["challenge"] = {"word": fresh, "at": clock.now().timestamp()}
    return urlsafe_b64decode(kept["word"])


def taken() -> bytes | None:
    kept = session.pop("challenge", None)
    if not kept or clock.now().timestamp() - kept["at"] > CHALLENGE_LASTS:
        return None
    return urlsafe_b64decode(kept["word"])


def relying_party() -> RelyingParty:
    """In production the configured names count, whatever the request says; the demo is asked by several."""
    settings = current_settings()
    if settings.mode != "production":
        origin = f"{request.scheme}://{request.host}"
    elif settings.staff_host and request.host == settings.staff_host:
        origin = f"{urlsplit(settings.public_url).scheme}://{settings.staff_host}"
    else:
        origin = settings.public_url
    return RelyingParty(id=urlsplit(origin).hostname or "", origin=origin, name=settings.brand_name)
