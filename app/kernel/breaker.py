"""A vendor that keeps failing is left alone for a while, by all processes together.

Closed: calls pass. After FAILURES of them failed within WINDOW it is open: no call passes for REST. Then it is half
open: one probe at a time passes, and its outcome closes the breaker or opens it again. Staff may hold it open.
The state lies in Redis; when Redis is down every call passes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

import structlog
from redis import RedisError

from app.kernel import clock
from app.kernel.redis import redis

FAILURES = 5
WINDOW = 60
REST = 30
PROBE = 60  # seconds after which a probe that never came back no longer keeps others out
FORGET = 86_400

ALL = "breakers"

log = structlog.get_logger()

_ENTER = """
local function field(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
local now = tonumber(ARGV[1])
if field('held') == 1 then return {'no', '0'} end
if field('until') == 0 then return {'pass', '0'} end
local ready = math.max(field('until'), field('probe_until'))
if now < ready then return {'no', tostring(ready - now)} end
redis.call('HSET', KEYS[1], 'probe_until', now + ARGV[2])
return {'probe', '0'}
"""

_FAIL = """
local function field(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
local probe, now = ARGV[1] == '1', tonumber(ARGV[2])
local most, window, rest, forget = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local failures, since = field('failures') + 1, field('since')
if now - since > window then failures, since = 1, now end
if probe or (field('until') == 0 and failures >= most) then
    redis.call('HSET', KEYS[1], 'until', now + rest, 'probe_until', 0)
    failures, since = 0, 0
end
redis.call('HSET', KEYS[1], 'failures', failures, 'since', since)
if field('held') == 0 then redis.call('EXPIRE', KEYS[1], forget) end
redis.call('SADD', KEYS[2], ARGV[7])
"""


@dataclass(frozen=True)
class Entry:
    passes: bool
    probe: bool = False
    wait: int | None = None  # seconds until it is worth trying again, where that is known


@dataclass(frozen=True)
class State:
    vendor: str
    instance: str
    name: Literal["closed", "open", "half open"]
    failures: int
    rests_until: datetime | None
    by_hand: bool


def enter(vendor: str, instance: str) -> Entry:
    now = clock.now().timestamp()
    try:
        answer, wait = redis.eval(_ENTER, 1, _key(vendor, instance), now, PROBE)
    except RedisError as error:
        log.warning("breaker is blind, the call passes", vendor=vendor, instance=instance, error=str(error))
        return Entry(passes=True)
    if answer == b"no":
        return Entry(passes=False, wait=round(float(wait)) or None)
    return Entry(passes=True, probe=answer == b"probe")


def leave(vendor: str, instance: str, entry: Entry, *, good: bool) -> None:
    """Tell how a call that passed came out: did the vendor answer like one that works?"""
    key, now, name = _key(vendor, instance), clock.now().timestamp(), f"{vendor} {instance}"
    try:
        if not good:
            redis.eval(_FAIL, 2, key, ALL, int(entry.probe), now, FAILURES, WINDOW, REST, FORGET, name)
        elif entry.probe:
            redis.hdel(key, "until", "probe_until", "failures", "since")
    except RedisError as error:
        log.warning("breaker is blind", vendor=vendor, instance=instance, error=str(error))


def hold_open(vendor: str, instance: str) -> None:
    """Let nothing through until somebody releases it."""
    redis.hset(_key(vendor, instance), "held", 1)
    redis.persist(_key(vendor, instance))
    redis.sadd(ALL, f"{vendor} {instance}")


def close(vendor: str, instance: str) -> None:
    """Let everything through again, now."""
    redis.delete(_key(vendor, instance))


def state(vendor: str, instance: str) -> State:
    found = redis.hmget(_key(vendor, instance), ["held", "until", "failures"])
    held, until, failures = (float(value or 0) for value in found)
    name: Literal["closed", "open", "half open"] = "closed"
    if held or until > clock.now().timestamp():
        name = "open"
    elif until:
        name = "half open"
    rests_until = datetime.fromtimestamp(until, UTC) if until and not held else None
    return State(vendor, instance, name, int(failures), rests_until, by_hand=bool(held))


def states() -> list[State]:
    """Every vendor that ever failed, for a page."""
    known = sorted(member.decode() for member in cast("set[bytes]", redis.smembers(ALL)))
    return [state(*member.split(" ", 1)) for member in known]


def _key(vendor: str, instance: str) -> str:
    return f"breaker:{vendor}:{instance}"
