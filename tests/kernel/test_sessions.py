from datetime import timedelta

import pytest
from flask import Flask, request, session

from app.kernel import clock, sessions
from app.kernel.redis import redis
from app.kernel.sessions import RedisSessions


@pytest.fixture
def pages(app):
    """A small site that only writes, reads and turns the session."""
    site = Flask("session_pages")
    site.config.update(SESSION_COOKIE_NAME="hostler", SESSION_COOKIE_SECURE=False)
    site.extensions["redis"] = app.extensions["redis"]
    site.session_interface = RedisSessions()

    @site.get("/set")
    def put():
        session["colour"] = "blue"
        return "set"

    @site.get("/in")
    def sign_in():
        sessions.rotate()
        session["_user_id"] = "usr_test"
        return "in"

    @site.get("/read")
    def read():
        return session.get("colour", "none")

    @site.get("/out")
    def out():
        session.clear()
        return "out"

    @site.get("/untouched")
    def untouched():
        return "nothing"

    return site


@pytest.fixture
def visitor(pages):
    return pages.test_client()


def token(visitor) -> str | None:
    cookie = visitor.get_cookie("hostler")
    return cookie.value if cookie else None


def test_a_page_that_stores_nothing_sets_no_cookie(visitor):
    assert "Set-Cookie" not in visitor.get("/untouched").headers


def test_the_cookie_holds_nothing_but_a_random_word(visitor):
    visitor.get("/set")
    assert visitor.get("/read").text == "blue"
    assert "blue" not in (token(visitor) or "")
    assert token(visitor) not in " ".join(str(key) for key in redis.scan_iter())


def test_an_invented_cookie_opens_nothing_and_is_not_adopted(visitor):
    visitor.set_cookie("hostler", "planted-by-a-stranger")
    assert visitor.get("/read").text == "none"
    visitor.get("/set")
    assert token(visitor) != "planted-by-a-stranger"


def test_signing_in_gives_a_new_name_and_the_old_one_is_dead(visitor, pages):
    visitor.get("/set")
    before = token(visitor)
    visitor.get("/in")
    assert token(visitor) != before

    thief = pages.test_client()
    thief.set_cookie("hostler", before)
    assert thief.get("/read").text == "none"


def test_a_request_under_way_does_not_revive_a_session_that_ended(visitor, pages):
    visitor.get("/in")
    late = pages.test_client()
    late.set_cookie("hostler", token(visitor))
    with pages.test_request_context(headers={"Cookie": f"hostler={token(visitor)}"}):
        opened = pages.session_interface.open_session(pages, request)
        visitor.get("/out")
        opened["colour"] = "red"
        pages.session_interface.save_session(pages, opened, pages.response_class())
    assert redis.keys("session:*") == []


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(pages):
    mine, theirs, third = (pages.test_client() for _ in range(3))
    for visitor in (mine, theirs, third):
        visitor.get("/in")
    with pages.test_request_context(headers={"Cookie": f"hostler={token(mine)}"}):
        listed = sessions.sessions_of("usr_test")
        assert len(listed) == 3
        assert sum(info.current for info in listed) == 1
        other = next(info for info in listed if not info.current)
        assert sessions.revoke("usr_test", other.handle)
        assert not sessions.revoke("usr_somebody", listed[0].handle)
        assert sessions.revoke_others("usr_test") == 1
        assert [info.current for info in sessions.sessions_of("usr_test")] == [True]


def test_a_session_lives_as_long_as_its_kind(visitor):
    visitor.get("/set")
    (key,) = redis.keys("session:*")
    assert 0 < redis.ttl(key) <= sessions.ANONYMOUS.total_seconds()
    visitor.get("/in")
    (key,) = redis.keys("session:*")
    assert sessions.ANONYMOUS.total_seconds() < redis.ttl(key) <= sessions.SIGNED_IN.total_seconds()


def test_use_extends_it_but_is_not_written_at_every_request(visitor):
    visitor.get("/in")
    (key,) = redis.keys("session:*")
    redis.expire(key, 100)
    visitor.get("/untouched")
    visitor.get("/read")
    assert redis.ttl(key) <= 100
    with clock.at(clock.now() + sessions.TOUCH_EVERY + timedelta(seconds=1)):
        visitor.get("/read")
    assert redis.ttl(key) > 100


def test_the_same_again_is_not_written_again(visitor, pages):
    visitor.get("/set")
    (key,) = redis.keys("session:*")
    redis.expire(key, 100)
    visitor.get("/set")
    assert redis.ttl(key) <= 100


def test_a_new_name_alone_is_written(visitor, pages):
    @pages.get("/turn")
    def turn():
        sessions.rotate()
        return "turned"

    visitor.get("/set")
    before = token(visitor)
    visitor.get("/turn")
    assert token(visitor) != before
    assert visitor.get("/read").text == "blue"
