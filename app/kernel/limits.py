"""Guessing made slow: each failure beyond the free ones doubles the wait before the next try.

    SIGN_IN = Limit("sign-in", free=5, base_delay=1, max_delay=900, window=86_400)

    if wait := SIGN_IN.check(email): …say how long
    SIGN_IN.fail(email)  or  SIGN_IN.succeed(email)

A check that answers 0 holds a place until the outcome is told, so that guesses sent side by side cannot all slip
through before the first of them is known to have failed.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from app.kernel import clock
from app.kernel.redis import redis

HOLD = 30  # seconds after which a try whose outcome was never told no longer holds a place

_SCRIPT = """
local act, now = ARGV[1], tonumber(ARGV[2])
local free, base, most, window, hold =
    tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local function field(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
local failures, last, wait_until = field('failures'), field('last'), field('wait_until')
local held, held_at = field('held'), field('held_at')
if now - last > window then failures, wait_until = 0, 0 end
if now - held_at > hold then held = 0 end

local wait = 0
if act == 'check' then
    if now < wait_until then
        wait = wait_until - now
    elseif held > 0 and failures + held >= free then
        wait = base
    else
        held, held_at = held + 1, now
    end
else
    held = math.max(held - 1, 0)
end
if act == 'succeed' then failures, wait_until = 0, 0 end
if act == 'fail' then
    failures, last = failures + 1, now
    if failures > free then wait_until = now + math.min(base * 2 ^ (failures - free - 1), most) end
end
redis.call('HSET', KEYS[1], 'failures', failures, 'last', last, 'wait_until', wait_until,
           'held', held, 'held_at', held_at)
redis.call('EXPIRE', KEYS[1], math.max(window, most, hold))
return tostring(wait)
"""


@dataclass(frozen=True)
class Limit:
    """Times are in seconds. A failure older than `window` is forgotten when no other followed it."""

    name: str
    free: int
    base_delay: int
    max_delay: int
    window: int

    def check(self, key: str) -> int:
        """Seconds to wait; 0 means go, and tell the outcome."""
        return self._tell("check", key)

    def fail(self, key: str) -> None:
        self._tell("fail", key)

    def succeed(self, key: str) -> None:
        """Forget every failure. Not for a key that many share: who can succeed once would clear his guesses."""
        self._tell("succeed", key)

    def let_go(self, key: str) -> None:
        """The try came to nothing, neither good nor bad."""
        self._tell("let_go", key)

    def _tell(self, act: str, key: str) -> int:
        place = f"limit:{self.name}:{sha256(key.encode(errors='surrogatepass')).hexdigest()[:32]}"
        rule = (self.free, self.base_delay, self.max_delay, self.window, HOLD)
        return ceil(float(redis.eval(_SCRIPT, 1, place, act, clock.now().timestamp(), *rule)))
