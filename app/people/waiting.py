"""How fast the door may be tried. Whoever has to wait is told how long, in the same words for everybody."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.limits import Limit
from app.kernel.refusal import Refusal

A_DAY = 86_400
# Many people may share an address, so it is allowed more and is never forgiven by a success.
PASSWORD_BY_IP = Limit("password-ip", free=30, base_delay=2, max_delay=900, window=3600)
PASSWORD = Limit("password", free=5, base_delay=2, max_delay=900, window=A_DAY)
CODE = Limit("second-factor", free=5, base_delay=2, max_delay=900, window=A_DAY)
PASSKEY_BY_IP = Limit("passkey-ip", free=30, base_delay=2, max_delay=900, window=3600)
LETTER = Limit("letter", free=3, base_delay=60, max_delay=3600, window=A_DAY)
LETTER_BY_IP = Limit("letter-ip", free=10, base_delay=10, max_delay=3600, window=3600)
REGISTRATION_BY_IP = Limit("registration-ip", free=10, base_delay=10, max_delay=3600, window=3600)

A_MINUTE = 60


class TooSoon(Refusal):
    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many tries. Wait %(time)s, then try again.", time=in_words(seconds)), code="too_soon")
        self.seconds = seconds


def in_words(seconds: int) -> str:
    if seconds <= A_MINUTE:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return ngettext("%(num)s minute", "%(num)s minutes", -(-seconds // A_MINUTE))


def queue_up(*tries: tuple[Limit, str]) -> None:
    """Take a place with each limit, or with none of them. The caller tells every one the outcome."""
    held: list[tuple[Limit, str]] = []
    for limit, key in tries:
        if seconds := limit.check(key):
            for other, its_key in held:
                other.let_go(its_key)
            raise TooSoon(seconds)
        held.append((limit, key))


def spend(*uses: tuple[Limit, str]) -> None:
    """For what may be done often but not without end: each use counts, good or bad."""
    queue_up(*uses)
    for limit, key in uses:
        limit.fail(key)
