from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from app.kernel import clock

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


def test_the_clock_runs_in_utc():
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_a_block_stops_the_clock_and_gives_it_back():
    with clock.at(NOON) as moment:
        assert clock.now() == moment == NOON
    assert clock.now() > NOON + timedelta(days=1)


def test_the_innermost_block_wins_and_the_outer_one_comes_back():
    with clock.at(NOON):
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON


def test_the_clock_comes_back_after_an_error():
    with pytest.raises(KeyError), clock.at(NOON):
        raise KeyError
    assert clock.now() != NOON


def test_a_moment_of_another_zone_is_told_in_utc():
    with clock.at(datetime(2026, 3, 29, 14, 0, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_moment_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="no time zone"), clock.at(datetime(2026, 3, 29, 12, 0)):  # noqa: DTZ001  # the point
        pass


def test_today_depends_on_where_one_stands():
    with clock.at(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)):
        assert clock.today("Europe/Amsterdam") == date(2026, 4, 1)
        assert clock.today(ZoneInfo("America/New_York")) == date(2026, 3, 31)
