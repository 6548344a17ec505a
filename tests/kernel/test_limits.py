import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.kernel import clock
from app.kernel.limits import HOLD, Limit

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
SIGN_IN = Limit("sign-in", free=3, base_delay=2, max_delay=60, window=3600)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def morning():
    with clock.at(START):
        yield


def later(seconds):
    return clock.at(clock.now() + timedelta(seconds=seconds))


def fail(times, key="anna"):
    for _ in range(times):
        assert SIGN_IN.check(key) == 0
        SIGN_IN.fail(key)


def test_the_free_failures_cost_nothing():
    fail(3)
    assert SIGN_IN.check("anna") == 0


def test_each_further_failure_doubles_the_wait_up_to_the_most():
    fail(3)
    waits, moment = [], START
    for _ in range(7):
        with clock.at(moment):
            fail(1)
            waits.append(SIGN_IN.check("anna"))
        moment += timedelta(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 60, 60]


def test_the_wait_runs_down_and_ends():
    fail(4)
    assert SIGN_IN.check("anna") == 2
    with later(0.5):
        assert SIGN_IN.check("anna") == 2  # rounded up: who waits as told is let in
    with later(1.5):
        assert SIGN_IN.check("anna") == 1
    with later(2):
        assert SIGN_IN.check("anna") == 0


def test_asking_while_waiting_does_not_lengthen_the_wait():
    fail(4)
    for _ in range(20):
        assert SIGN_IN.check("anna") == 2


def test_success_forgets_the_failures():
    fail(3)
    assert SIGN_IN.check("anna") == 0
    SIGN_IN.succeed("anna")
    fail(3)
    assert SIGN_IN.check("anna") == 0


def test_keys_and_limits_do_not_know_each_other():
    fail(4)
    assert SIGN_IN.check("ben") == 0
    assert Limit("two-factor", 3, 2, 60, 3600).check("anna") == 0


def test_after_a_quiet_window_all_is_forgotten():
    fail(4)
    with later(3601):
        fail(3)
        assert SIGN_IN.check("anna") == 0


def test_a_try_that_came_to_nothing_counts_as_neither():
    fail(3)
    for _ in range(5):
        assert SIGN_IN.check("anna") == 0
        SIGN_IN.let_go("anna")
    fail(1)
    assert SIGN_IN.check("anna") > 0


def test_guesses_sent_side_by_side_get_no_more_tries_than_guesses_in_a_row():
    assert [SIGN_IN.check("anna") for _ in range(10)] == [0, 0, 0] + [2] * 7


def test_past_the_free_ones_guesses_go_one_at_a_time():
    fail(4)
    with later(2):
        assert SIGN_IN.check("anna") == 0
        assert SIGN_IN.check("anna") > 0
        SIGN_IN.fail("anna")
        assert SIGN_IN.check("anna") == 4


def test_a_try_that_died_without_a_word_holds_its_place_for_a_while_only():
    fail(3)
    assert SIGN_IN.check("anna") == 0
    assert SIGN_IN.check("anna") > 0
    with later(HOLD + 1):
        assert SIGN_IN.check("anna") == 0


def test_threads_cannot_slip_through_together(app):
    fail(2)
    answers = []

    def guess():
        with app.app_context(), clock.at(START):
            answers.append(SIGN_IN.check("anna"))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(0) == 1


@pytest.mark.parametrize("key", ["", "\x00", "ü✓", "\ud800", "x" * 100_000])
def test_any_text_is_a_key(key):
    fail(4, key)
    assert SIGN_IN.check(key) == 2


def test_what_was_typed_is_not_kept_readable(app):
    fail(1, "anna@example.test")
    names = list(app.extensions["redis"].scan_iter())
    assert names
    assert not [name for name in names if b"anna" in name]


def test_every_trace_goes_away_by_itself(app):
    fail(1)
    [name] = app.extensions["redis"].scan_iter("limit:*")
    assert 0 < app.extensions["redis"].ttl(name) <= 3600
