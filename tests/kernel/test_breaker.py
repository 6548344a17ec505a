import threading
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from app.kernel import breaker, clock
from app.kernel.breaker import FAILURES, PROBE, REST, WINDOW

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def morning():
    with clock.at(START):
        yield


def later(seconds):
    return clock.at(clock.now() + timedelta(seconds=seconds))


def enter(instance="eu"):
    return breaker.enter("stripe", instance)


def leave(entry, *, good, instance="eu"):
    breaker.leave("stripe", instance, entry, good=good)


def fail(times=FAILURES, instance="eu"):
    for _ in range(times):
        leave(enter(instance), good=False, instance=instance)


def name(instance="eu"):
    return breaker.state("stripe", instance).name


def test_a_vendor_never_heard_of_is_let_through():
    assert enter().passes
    assert name() == "closed"
    assert breaker.states() == []


def test_a_few_failures_are_borne():
    fail(FAILURES - 1)
    assert enter().passes
    assert breaker.state("stripe", "eu").failures == FAILURES - 1


def test_too_many_failures_open_it_for_a_rest():
    fail()
    assert enter() == breaker.Entry(passes=False, wait=REST)
    with later(REST - 10):
        assert enter().wait == 10
    state = breaker.state("stripe", "eu")
    assert (state.name, state.by_hand) == ("open", False)
    assert state.rests_until == START + timedelta(seconds=REST)


def test_failures_spread_over_a_long_time_do_not_open_it():
    moment = START
    for _ in range(FAILURES * 3):
        with clock.at(moment):
            fail(1)
            assert enter().passes
        moment += timedelta(seconds=WINDOW / 2)


def test_successes_between_do_not_hide_that_half_the_calls_fail():
    for _ in range(FAILURES):
        leave(enter(), good=True)
        fail(1)
    assert not enter().passes


def test_after_the_rest_one_probe_passes_at_a_time():
    fail()
    with later(REST):
        assert name() == "half open"
        assert enter() == breaker.Entry(passes=True, probe=True)
        assert enter() == breaker.Entry(passes=False, wait=PROBE)


def test_a_probe_that_comes_back_well_closes_it():
    fail()
    with later(REST):
        leave(enter(), good=True)
        assert name() == "closed"
        assert [enter().probe for _ in range(3)] == [False] * 3
        fail(FAILURES - 1)
        assert enter().passes


def test_a_probe_that_fails_opens_it_for_another_rest():
    fail()
    with later(REST):
        leave(enter(), good=False)
        assert enter() == breaker.Entry(passes=False, wait=REST)
        with later(REST):
            assert enter().probe


def test_a_probe_that_never_comes_back_keeps_nobody_out_for_ever():
    fail()
    with later(REST):
        assert enter().probe
        with later(PROBE):
            assert enter().probe


def test_an_old_call_that_comes_back_late_decides_nothing():
    early = [enter() for _ in range(FAILURES * 2)]
    fail()
    leave(early.pop(), good=True)
    assert not enter().passes
    with later(REST - 1):
        for entry in early:
            leave(entry, good=False)
        assert enter().wait == 1


def test_instances_fall_and_stand_alone():
    fail(instance="eu")
    assert enter("us").passes
    assert [(state.instance, state.name) for state in breaker.states()] == [("eu", "open")]


def test_of_many_workers_one_gets_the_probe(app):
    fail()
    entries = []

    def work():
        with app.app_context(), clock.at(START + timedelta(seconds=REST)):
            entries.append(enter())

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.passes for entry in entries].count(True) == 1


def test_staff_may_hold_it_open_and_no_rest_ends_that():
    breaker.hold_open("stripe", "eu")
    assert enter() == breaker.Entry(passes=False)
    with later(REST * 100):
        assert not enter().passes
        assert breaker.state("stripe", "eu").by_hand
    breaker.close("stripe", "eu")
    assert enter().passes


def test_staff_may_close_it_before_the_rest_is_over():
    fail()
    breaker.close("stripe", "eu")
    assert enter().passes
    assert name() == "closed"


def test_what_is_held_does_not_fade_and_what_fell_does(app):
    fail(instance="eu")
    breaker.hold_open("stripe", "us")
    fail(1, instance="us")
    redis = app.extensions["redis"]
    assert redis.ttl("breaker:stripe:eu") > 0
    assert redis.ttl("breaker:stripe:us") == -1


def test_without_redis_every_call_passes(app, monkeypatch):
    fail()
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url("redis://127.0.0.1:1/0", retry=None))
    entry = enter()
    assert entry.passes
    leave(entry, good=False)
    leave(breaker.Entry(passes=True, probe=True), good=True)
