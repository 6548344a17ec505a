"""Whether Hostler says truly how it is: to a person, a load balancer and Prometheus."""

from datetime import timedelta

import pytest
from rq import Worker
from rq.serializers import JSONSerializer

from app.kernel import clock, health, outbox
from app.kernel.db import transaction
from app.kernel.queueing import queue
from app.kernel.redis import redis


@pytest.fixture
def worker(app):
    seen = Worker([queue("events")], connection=redis, serializer=JSONSerializer, name="seen")
    seen.register_birth()
    return seen


def test_alive_asks_no_server(client, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: 1 / 0})
    assert client.get("/healthz").json == {"status": "alive"}


def test_ready_when_every_part_answers(client, worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json
    assert answer.json == {"ready": True, "database": "ok", "redis": "ok", "outbox": "ok", "worker": "ok"}


def test_without_a_worker_it_is_not_ready_but_a_part_may_be(client):
    assert client.get("/readyz").status_code == 503
    assert "no worker" in client.get("/readyz").json["worker"]
    assert client.get("/readyz?only=database,redis").status_code == 200


def test_events_that_wait_too_long_make_it_unready(client, worker):
    with transaction():
        outbox.write("EmailVerified", {"user": "usr_x"})
    with clock.at(clock.now() + outbox.GRACE + health.LAG_ALLOWED + timedelta(seconds=1)):
        answer = client.get("/readyz?only=outbox")
    assert answer.status_code == 503
    assert answer.json["outbox"] != "ok"


def test_a_part_that_fails_is_named_and_hides_nothing_else(client, worker, monkeypatch):
    def broken():
        raise ConnectionError("secret address")

    monkeypatch.setitem(health.CHECKS, "redis", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["redis"] == "does not answer (ConnectionError)"
    assert answer.json["database"] == "ok"


def test_figures_are_for_this_machine(client):
    answer = client.get("/metrics")
    assert 'hostler_queue_jobs{queue="events",state="waiting"}' in answer.text
    assert "hostler_outbox_lag_seconds" in answer.text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
