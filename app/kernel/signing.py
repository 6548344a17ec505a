"""Links that prove themselves: signed for one purpose, good for a while.

A token can be read by whoever holds it, and works until it expires. To make a link work once, put something
into its payload that changes when it is used.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from app.kernel import clock
from app.kernel.refusal import Refusal
from app.kernel.settings import current_settings


class _OurClock(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def sign(purpose: str, payload: Any) -> str:
    return _serializer(purpose).dumps(payload)


def read(purpose: str, token: str, max_age: timedelta) -> Any:
    try:
        return _serializer(purpose).loads(token, max_age=int(max_age.total_seconds()))
    except SignatureExpired as expired:
        raise Refusal(_("This link has expired. Ask for a new one."), code="link_expired") from expired
    except (BadData, ValueError) as broken:
        raise Refusal(_("This link is not complete. Ask for a new one."), code="link_invalid") from broken


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_settings().secret_key,
        salt=f"hostler.{purpose}",
        signer=_OurClock,
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )
