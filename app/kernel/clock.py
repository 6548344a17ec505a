"""The only clock: everything asks here what time it is, so that tests and demos may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    return _moment.get() or datetime.now(UTC)


def today(timezone: str | tzinfo) -> date:
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    return now().astimezone(zone).date()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Stop the clock for a block; the innermost block wins. Threads started inside do not inherit it."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone: nobody can tell which moment it is.")
    stopped = moment.astimezone(UTC)
    before = _moment.set(stopped)
    try:
        yield stopped
    finally:
        _moment.reset(before)
