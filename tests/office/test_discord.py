"""Alerts through Discord's own rules, as its imitation keeps them."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.kernel import settings_store
from app.kernel.db import transaction
from app.kernel.events import announce
from app.kernel.faults import Unclear, Unreachable
from app.office.alerts.delivering import channels, deliver
from app.office.alerts.discord import adapter, options
from app.office.alerts.discord.imitation import Discord, acceptable
from app.office.alerts.port import Alert, ChannelBusy
from app.people import events
from tests.support.letterbox import free_port

ALERT = Alert("Disk full", "Only 1 % is left.", "warn", {"Server": "web-1"}, "2026-03-01T10:00:00+00:00")


class Vendor:
    """The imitation behind a real port; `answers` come before its own."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.answers: list[Response] = []
        self.imitation = Discord(self.messages.append)
        self.asked = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        if self.answers:
            Request(environ).get_data()
            return self.answers.pop(0)(environ, start_response)
        return self.imitation(environ, start_response)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor()
    server = make_server("127.0.0.1", 0, vendor, threaded=True)
    vendor.url = f"http://127.0.0.1:{server.port}/api/v10/webhooks/1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield vendor
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhook(app, vendor: Vendor) -> Iterator[str]:
    before = app.config["SETTINGS"]
    url = f"{vendor.url}/secret-token"
    app.config["SETTINGS"] = before.model_copy(update={"discord_url": url})
    yield url
    app.config["SETTINGS"] = before


def use(app, url: str) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"discord_url": url})


def send(alert: Alert = ALERT) -> None:
    deliver(asdict(alert))


def test_a_failed_staff_sign_in_is_told(app, vendor, webhook, work_off) -> None:
    with transaction():
        announce(events.StaffSignInFailed("boss@example.com", "2026-03-01T10:00:00+00:00", "203.0.113.7", "password"))
    work_off()
    (message,) = vendor.messages
    (embed,) = message["embeds"]
    assert embed["title"] == "Failed staff sign-in"
    assert {"name": "From", "value": "203.0.113.7", "inline": True} in embed["fields"]
    assert message["allowed_mentions"] == {"parse": []}


def test_without_an_address_nothing_is_sent(app, work_off) -> None:
    assert list(channels()) == []
    with transaction():
        announce(events.StaffSignInFailed("boss@example.com", "2026-03-01T10:00:00+00:00", "203.0.113.7", "password"))
    work_off()


@pytest.mark.parametrize("size", [0, 1, 300, 5_000, 100_000])
def test_whatever_is_said_fits(size: int) -> None:
    alert = Alert("t" * size or "t", "@everyone " * size, "stop", {f"n{i}" * (size + 1): "v" * size for i in range(40)})
    assert acceptable(adapter.message(alert))


def test_a_full_bucket_is_waited_for_and_not_knocked_at(app, vendor, webhook) -> None:
    for _ in range(5):
        send()
    with pytest.raises(ChannelBusy):
        send()
    asked = vendor.asked
    with pytest.raises(ChannelBusy):
        send()
    assert vendor.asked == asked
    wait = app.extensions["redis"].pttl(adapter.QUIET)
    assert 0 < wait <= 2_000

    app.extensions["redis"].delete(adapter.QUIET)  # the wait is over
    vendor.imitation.sent.clear()
    send()
    assert len(vendor.messages) == 6


@pytest.mark.parametrize(
    ("body", "headers", "kind", "most"),
    [
        ({"retry_after": 1.337, "global": True}, {}, "application/json", 1_337),
        ("<html>Too many requests</html>", {"Retry-After": "7"}, "text/html", 7_000),
        ("<html>Too many requests</html>", {}, "text/html", 5_000),
    ],
)
def test_however_the_wait_is_told(app, vendor, webhook, body, headers, kind, most) -> None:
    said = body if isinstance(body, str) else json.dumps(body)
    vendor.answers.append(Response(said, 429, headers, content_type=kind))
    with pytest.raises(ChannelBusy):
        send()
    assert most - 500 < app.extensions["redis"].pttl(adapter.QUIET) <= most


def test_a_removed_webhook_is_left_alone_until_there_is_another(app, vendor, webhook) -> None:
    use(app, f"{vendor.url}/removed-token")
    send()
    assert list(channels()) == []
    assert "removed-token" not in json.dumps(settings_store.get(options.REMOVED))
    use(app, webhook)
    send()
    assert len(vendor.messages) == 1


def test_an_alert_that_is_refused_does_not_come_back(app, vendor, webhook) -> None:
    vendor.answers.append(Response(json.dumps({"code": 50035}), 400, content_type="application/json"))
    send()
    assert vendor.messages == []


def test_a_broken_answer_is_tried_again_by_the_job(app, vendor, webhook) -> None:
    vendor.answers.append(Response("oops", 502))
    with pytest.raises(Unclear):
        send()


def test_nobody_at_the_address(app) -> None:
    before = app.config["SETTINGS"]
    use(app, f"http://127.0.0.1:{free_port()}/api/v10/webhooks/1/t")
    try:
        with pytest.raises(Unreachable):
            send()
    finally:
        app.config["SETTINGS"] = before


def test_a_retry_of_the_job_delivers_it(app, vendor, webhook, work_off) -> None:
    vendor.answers.append(Response("oops", 502))
    with transaction():
        announce(events.StaffSignInFailed("boss@example.com", "2026-03-01T10:00:00+00:00", "203.0.113.7", "password"))
    work_off(failing=True)
    assert vendor.messages == []
    (waiting,) = _scheduled(app)
    waiting.perform()
    assert len(vendor.messages) == 1


def _scheduled(app) -> list[Any]:
    from rq.job import Job
    from rq.registry import ScheduledJobRegistry
    from rq.serializers import JSONSerializer

    redis = app.extensions["redis"]
    registry = ScheduledJobRegistry("mail", connection=redis, serializer=JSONSerializer)
    return [Job.fetch(one, connection=redis, serializer=JSONSerializer) for one in registry.get_job_ids()]


def test_the_imitation_keeps_what_the_real_one_says() -> None:
    assert not acceptable({})
    assert not acceptable({"content": "x" * 2001})
    assert not acceptable({"content": "x", "username": "Discord alerts"})
    assert not acceptable({"embeds": [{"title": "x" * 257}]})
    assert not acceptable({"embeds": [{"title": "x", "fields": [{"name": "", "value": "x"}]}]})
    assert not acceptable({"embeds": [{"description": "x" * 4000}, {"description": "x" * 4000}]})
    assert acceptable({"content": "x" * 2000, "username": "Alerts"})
