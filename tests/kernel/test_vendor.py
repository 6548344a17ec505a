import gzip
import json
import os
import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import stamina
import structlog
from redis import Redis
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.kernel import breaker, clock, vendor, vendor_log, wire
from app.kernel.db import db, transaction
from app.kernel.faults import LeftAlone
from app.kernel.redaction import hidden_values, scrub
from app.kernel.vendor import Refused, Unclear, Unreachable
from app.kernel.vendor_log import VendorCall
from tests.support.misbehaving import (
    drips,
    hangs_up,
    misbehaving,
    never_answers,
    says,
    says_too_much,
    sends_a_bomb,
    stops_half_way,
)

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
FINE = says(200, {"fine": True})
BROKEN_BODIES = [hangs_up, stops_half_way, says(200, "<h1>Back soon</h1>"), says(200, b""), says(200, b'{"half')]

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def no_waiting():
    """As many attempts as in earnest, without the pauses between them."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def shop():
    """The vendor: `shop.answers`, `shop.heard`."""
    with misbehaving() as vendor_server:
        yield vendor_server


def call(shop, method="GET", path="/", **options):
    return vendor.call("stripe", "eu", method, shop.url + path, **options)


def rows():
    with transaction() as session:
        return list(session.scalars(select(VendorCall).order_by(VendorCall.id)))


def outcome(shop, answers, method="GET", **options):
    shop.answers[:] = answers
    with pytest.raises(vendor.VendorFault) as failed:
        call(shop, method, **options)
    return failed.value


# Well


def test_an_answer_comes_back_whole_and_is_written_down(shop):
    shop.answers[:] = [says(201, {"id": "pi_1", "naam": "Zoë"}, x_request_id="abc")]
    with structlog.contextvars.bound_contextvars(request_id="req_k3n9"):
        answer = call(shop, "POST", "/intents?expand=all", json={"amount": 5})
    assert (answer.status_code, answer.json()["naam"], answer.headers["x-request-id"]) == (201, "Zoë", "abc")
    assert shop.heard == ['POST /intents?expand=all {"amount":5}']
    [row] = rows()
    assert (row.vendor, row.instance, row.method, row.status) == ("stripe", "eu", "POST", 201)
    assert (row.url, row.outcome, row.attempts) == (f"{shop.url}/intents?expand=all", "done", 1)
    assert (row.error, row.request_id) == (None, "req_k3n9")
    assert row.duration_ms >= 0


@pytest.mark.parametrize("answer", [says(204, b""), says(205, b"")])
def test_nothing_to_say_is_an_answer_where_the_status_says_so(shop, answer):
    shop.answers[:] = [answer]
    assert call(shop, "DELETE").content == b""


def test_an_answer_that_need_not_be_json_is_taken_as_it_is(shop):
    shop.answers[:] = [says(200, "<response/>")]
    assert call(shop, expects="any").text == "<response/>"


def test_a_packed_answer_is_unpacked_once(shop):
    shop.answers[:] = [says(200, gzip.compress(b'{"fine": 1}'), content_encoding="gzip")]
    assert call(shop).json() == {"fine": 1}


def test_cookies_of_one_call_do_not_travel_with_the_next(shop):
    shop.answers[:] = [says(200, {}, set_cookie="session=anna; Path=/")]
    call(shop)
    call(shop)
    assert "cookie" not in shop.headers[1]


# Badly: a change, told once


@pytest.mark.parametrize("status", [400, 401, 402, 404, 409, 422, 301])
def test_no_is_refused_for_good_and_says_why(shop, status):
    fault = outcome(shop, [says(status, {"error": {"code": "card_declined"}})], "POST")
    assert isinstance(fault, Refused)
    assert fault.status == status
    assert "card_declined" in fault.reason
    assert fault.response.json()["error"]["code"] == "card_declined"
    [row] = rows()
    assert (row.outcome, row.status, row.attempts) == ("refused", status, 1)
    assert "card_declined" in row.error


@pytest.mark.parametrize("answer", [says(500, "oops"), says(502, "oops"), says(503, "oops"), *BROKEN_BODIES])
def test_a_change_that_broke_on_the_way_may_be_done_and_is_not_told_again(shop, answer):
    fault = outcome(shop, [answer], "POST")
    assert isinstance(fault, Unclear)
    assert len(shop.heard) == 1
    assert rows()[0].outcome == "unclear"


@pytest.mark.parametrize(("answer", "why"), [(never_answers, "ReadTimeout"), (drips, "did not end in time")])
def test_a_change_that_is_not_answered_in_time_may_be_done(shop, answer, why):
    fault = outcome(shop, [answer], "POST", timeout=0.15)
    assert isinstance(fault, Unclear)
    assert why in fault.reason
    assert len(shop.heard) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_come_back_later_means_surely_not_done(shop, status):
    fault = outcome(shop, [says(status, {}, retry_after="7")], "POST")
    assert isinstance(fault, Unreachable)
    assert fault.retry_after == 7
    assert len(shop.heard) == 1
    assert rows()[0].outcome == "unreachable"


@pytest.mark.parametrize("status", [408, 425, 429])
def test_what_was_never_taken_in_is_surely_not_done(shop, status):
    assert isinstance(outcome(shop, [says(status, {})], "POST"), Unreachable)


def test_a_vendor_that_is_not_there_surely_did_nothing(shop):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        shop.url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        fault = outcome(shop, [FINE], "POST")
    assert isinstance(fault, Unreachable)
    assert (rows()[0].status, rows()[0].outcome) == (None, "unreachable")


def test_a_name_that_nobody_has_surely_did_nothing(shop):
    shop.url = "http://nobody.invalid"
    assert isinstance(outcome(shop, [FINE], "POST"), Unreachable)


@pytest.mark.parametrize("url", ["ftp://files", "nonsense", "http://[::1", "http://\x00", "http://a:b:c/"])
def test_an_address_that_is_none_is_refused_for_good(shop, url):
    shop.url = url
    fault = outcome(shop, [FINE], "POST")
    assert isinstance(fault, Refused)
    assert fault.status is None
    assert len(rows()) == 1


@pytest.mark.parametrize("answer", [says_too_much, sends_a_bomb])
def test_an_answer_larger_than_allowed_is_not_read_to_the_end(shop, answer):
    fault = outcome(shop, [answer], "POST", most_bytes=100_000)
    assert isinstance(fault, Unclear)
    assert "larger than 100000 bytes" in fault.reason


def test_a_refusal_larger_than_allowed_is_a_refusal_all_the_same(shop):
    fault = outcome(shop, [says(400, "no " * 100_000)], "POST", most_bytes=1000)
    assert isinstance(fault, Refused)
    assert len(fault.reason) <= 300


def test_what_a_vendor_says_can_always_be_written_down(shop):
    fault = outcome(shop, [says(400, b"a\x00b\xff\x1b[31m\n\n  c")], "POST")
    assert "\x00" not in fault.reason
    assert "\x1b" not in rows()[0].error


# Badly: a read, or what may be repeated


def test_a_read_is_asked_again_until_it_works(shop):
    shop.answers[:] = [says(500, "oops"), hangs_up, FINE]
    assert call(shop, retries=2).json() == {"fine": True}
    [row] = rows()
    assert (row.attempts, row.outcome) == (3, "done")


@pytest.mark.parametrize("answer", [says(500, "oops"), says(503, "oops"), never_answers, *BROKEN_BODIES])
def test_a_read_that_never_works_is_unreachable_for_it_changed_nothing(shop, answer):
    fault = outcome(shop, [answer], timeout=0.15)
    assert isinstance(fault, Unreachable)
    assert len(shop.heard) == 3
    assert (rows()[0].outcome, rows()[0].attempts) == ("unreachable", 3)


def test_a_refusal_is_not_asked_twice(shop):
    assert isinstance(outcome(shop, [says(404, {})]), Refused)
    assert len(shop.heard) == 1


def test_a_read_said_to_be_unsafe_is_told_once_and_may_be_done(shop):
    """There are panels that terminate a server on GET."""
    assert isinstance(outcome(shop, [hangs_up], safe=False), Unclear)
    assert len(shop.heard) == 1


def test_a_change_with_a_key_of_its_own_may_be_repeated(shop):
    shop.answers[:] = [hangs_up, FINE]
    assert call(shop, "POST", safe=True).json() == {"fine": True}


@pytest.mark.parametrize("last", [says(409, {}), says(429, {}), says(500, "oops")])
def test_a_repeated_change_that_may_be_done_stays_unclear_whatever_followed(shop, last):
    fault = outcome(shop, [hangs_up, last], "POST", safe=True)
    assert isinstance(fault, Unclear)
    assert rows()[0].outcome == "unclear"


def test_a_repeated_change_that_was_never_taken_in_is_surely_not_done(shop):
    assert isinstance(outcome(shop, [says(429, {})], "POST", safe=True), Unreachable)
    assert len(shop.heard) == 3


def test_how_long_to_wait_is_the_vendors_word():
    again = attempts()._again
    assert again(Unreachable("busy", retry_after=4)) == 4
    assert again(Unreachable("busy", retry_after=3600)) is False
    assert again(Unreachable("busy")) is True
    assert again(LeftAlone("resting")) is False
    assert again(Refused("no")) is False
    assert again(KeyError()) is False


def test_a_vendor_that_wants_to_be_left_alone_for_long_is_asked_once(shop):
    fault = outcome(shop, [says(429, {}, retry_after="3600")])
    assert fault.retry_after == 3600
    assert len(shop.heard) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Fri, 01 May 2026 08:01:00 GMT", 60),
        ("Fri, 01 May 2026 07:00:00 GMT", 0),
        ("999999999", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("Fri, 99 May 2026 08:01:00 GMT", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_not_said(shop, said, seconds):
    with clock.at(START):
        fault = outcome(shop, [says(429, {}, retry_after=said)], retries=0)
    assert fault.retry_after == seconds


# Left alone


def test_a_vendor_that_keeps_failing_is_left_alone_and_tried_again_later(shop):
    with clock.at(START):
        for _ in range(breaker.FAILURES):
            outcome(shop, [hangs_up], "POST")
        asked = len(shop.heard)
        fault = outcome(shop, [FINE], "POST")
        assert isinstance(fault, Unreachable)
        assert fault.retry_after == breaker.REST
        assert len(shop.heard) == asked
        assert (rows()[-1].outcome, rows()[-1].attempts) == ("unreachable", 0)
    with clock.at(START + timedelta(seconds=breaker.REST)):
        assert call(shop, "POST").json() == {"fine": True}
        assert breaker.state("stripe", "eu").name == "closed"


@pytest.mark.parametrize("answer", [says(404, {}), says(402, {}), says(429, {})])
def test_a_vendor_that_says_no_is_in_good_health(shop, answer):
    for _ in range(breaker.FAILURES * 2):
        outcome(shop, [answer], "POST")
    assert breaker.states() == []


@pytest.mark.parametrize("answer", [says(500, ""), says(503, {}, retry_after="1"), says(200, "<h1>Back soon</h1>")])
def test_a_vendor_that_breaks_is_not(shop, answer):
    outcome(shop, [answer], "POST")
    assert breaker.state("stripe", "eu").failures == 1


def test_a_dead_redis_stops_no_call(shop, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url("redis://127.0.0.1:1/0", retry=None))
    shop.answers[:] = [FINE]
    assert call(shop).json() == {"fine": True}


# Transactions


def test_nobody_is_called_while_a_transaction_is_open(shop):
    shop.answers[:] = [FINE]
    db.session.execute(select(1))
    with pytest.raises(RuntimeError, match="a transaction is open"):
        call(shop)
    db.session.rollback()
    with transaction(), pytest.raises(RuntimeError, match="a transaction is open"):
        call(shop)
    assert shop.heard == []
    call(shop)


def test_the_row_stays_when_the_callers_next_step_fails(own_database, shop):
    shop.answers[:] = [FINE]

    def charge_and_fail():
        call(shop, "POST")
        with transaction() as session:
            session.execute(select(1))
            raise KeyError

    with own_database.app.app_context():
        with pytest.raises(KeyError):
            charge_and_fail()
        assert [row.outcome for row in rows()] == ["done"]


def test_what_the_vendor_did_is_not_lost_with_the_row(shop, monkeypatch):
    def no_database():
        raise OperationalError("INSERT", {}, Exception("gone"))

    monkeypatch.setattr(vendor_log, "transaction", no_database)
    shop.answers[:] = [FINE]
    assert call(shop, "POST").json() == {"fine": True}


def test_a_call_that_is_broken_off_is_written_down_as_unclear(shop, monkeypatch):
    def stopped(*_):
        raise SystemExit

    monkeypatch.setattr(wire, "exchange", stopped)
    with pytest.raises(SystemExit):
        call(shop, "POST")
    assert (rows()[0].outcome, rows()[0].error) == ("unclear", "broken off")


# Secrets

SECRET = "s3cr/t+käy"
SENT = [
    {"headers": {"Authorization": f"Bearer {SECRET.encode().hex()}"}},
    {"headers": {"X-API-Key": "plainkey123"}},
    {"auth": ("root", SECRET)},
    {"params": {"api_password": SECRET}},
    {"data": {"client_secret": SECRET}},
    {"json": {"account": {"users": [{"passwd": SECRET}]}}},
    {"json": {"plan": "x", "magic": SECRET}, "secrets": {"magic"}},
    {"params": {"magic": SECRET}, "secrets": {"magic"}},
]
LEAKS = [SECRET, SECRET.encode().hex(), "plainkey123", "s3cr%2Ft", "cm9vdDpz", "s3cr"]


@pytest.mark.parametrize("sent", SENT)
def test_a_vendor_that_repeats_our_secrets_does_not_get_them_written_down(shop, sent):
    def parrot(request):
        told = f"{shop.heard[-1]} {request.headers['authorization']} {request.headers['x-api-key']}"
        request.send(400, f"wrong: {told}".encode(), {"content-type": "text/plain; charset=utf-8"})

    fault = outcome(shop, [parrot], "POST", **sent)
    [row] = rows()
    assert "wrong: POST" in row.error
    assert "***" in row.error
    for leak in LEAKS:
        assert leak not in f"{row.url} {row.error} {fault.reason} {fault}"


def test_a_password_in_the_address_is_not_repeated_either(shop):
    shop.url = shop.url.replace("//", "//root:opensesame@")
    fault = outcome(shop, [says(401, {"said": "opensesame"})], "POST", path="/login?token=t0k3nt0k3n")
    assert "opensesame" not in f"{fault} {rows()[0].error} {rows()[0].url}"
    fault = outcome(shop, [says(401, {"said": "t0k3nt0k3n"})], "POST", path="/login?token=t0k3nt0k3n")
    assert "t0k3n" not in f"{fault} {rows()[1].error} {rows()[1].url}"


def test_a_secret_is_known_again_in_every_dress():
    hidden = hidden_values({"api_key": SECRET})
    for dress in (SECRET, quote(SECRET, safe=""), json.dumps(SECRET), json.dumps(SECRET).replace("/", r"\/")):
        assert scrub(f"bad key {dress}", hidden).strip('"') in {"bad key ***", 'bad key "***'}


def test_the_address_is_shown_without_what_opens_it(shop):
    shop.answers[:] = [FINE]
    host = shop.url.removeprefix("http://")
    shop.url = f"http://anna:opensesame@{host}"
    call(shop, "GET", "/zones?api_key=k1k2k3&page=2&empty=#part")
    assert rows()[0].url == f"http://{host}/zones?api_key=***&page=2&empty="


def test_an_address_that_is_itself_a_secret_is_shown_by_another_name(shop):
    shop.answers[:] = [FINE]
    call(shop, "POST", "/webhooks/1/abcdef", shown_as="the Discord channel")
    assert rows()[0].url == "the Discord channel"


# Processes


def test_a_forked_process_does_not_share_our_connections(shop):
    shop.answers[:] = [FINE]
    call(shop)
    ours = wire._client()
    child = os.fork()
    if child == 0:
        os._exit(0 if wire._client() is not ours else 1)
    assert os.waitpid(child, 0)[1] == 0


def attempts():
    from app.kernel.attempts import Attempts

    return Attempts(
        "stripe",
        "eu",
        "GET",
        "http://x",
        {},
        auth=None,
        safe=True,
        reads=True,
        timeout=1,
        retries=2,
        expects="json",
        most_bytes=1,
        hidden=set(),
    )
