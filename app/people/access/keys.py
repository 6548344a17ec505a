"""The keys that Access signs with: kept for an hour, and kept on while nobody can be asked for newer ones."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import structlog

from app.kernel import clock, vendor
from app.kernel.redis import redis
from app.people.access.team import CERTIFICATES

log = structlog.get_logger()

FRESH = timedelta(hours=1)
KEPT = timedelta(days=7)  # as long as Access lets a key live on that it has replaced
ASK_AGAIN = timedelta(minutes=1)


class NoKeys(Exception):
    """No set is kept, and none can be had."""


@dataclass(frozen=True)
class KeySet:
    keys: dict[str, dict[str, Any]]  # by kid
    fetched: float

    @property
    def is_fresh(self) -> bool:
        return clock.now().timestamp() - self.fetched < FRESH.total_seconds()


def key(team: str, kid: str) -> dict[str, Any] | None:
    """The key of this name. One we do not know may be new: ask, but a stranger's inventions ask once a minute."""
    kept = _kept(team)
    if kept is None:
        return _fetched(team).keys.get(kid)
    if (kid not in kept.keys or not kept.is_fresh) and _may_ask(team):
        try:
            kept = _fetched(team)
        except NoKeys:
            log.warning("access keys are old", team=team, fetched=kept.fetched)
    return kept.keys.get(kid)


def _fetched(team: str) -> KeySet:
    try:
        answer = vendor.call("cloudflare-access", team, "GET", team + CERTIFICATES, safe=True)
        listed = answer.json()["keys"]
        keys = {one["kid"]: one for one in listed if one.get("kty") == "RSA" and one.get("alg", "RS256") == "RS256"}
    except (vendor.VendorFault, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoKeys from error
    if not keys:
        raise NoKeys
    fresh = KeySet(keys, clock.now().timestamp())
    redis.set(_place(team), json.dumps({"keys": fresh.keys, "fetched": fresh.fetched}), ex=KEPT)
    return fresh


def _kept(team: str) -> KeySet | None:
    stored = redis.get(_place(team))
    return KeySet(**json.loads(cast("bytes", stored))) if stored else None


def _may_ask(team: str) -> bool:
    return bool(redis.set(f"{_place(team)}:asked", 1, nx=True, ex=ASK_AGAIN))


def _place(team: str) -> str:
    return f"access-keys:{team}"
