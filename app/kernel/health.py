"""Whether we live (/healthz), whether we can work (/readyz), and in what numbers (/metrics)."""

import hmac
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from rq import Worker
from sqlalchemy import text

from app.kernel import clock, outbox
from app.kernel.audience import public
from app.kernel.db import db
from app.kernel.queueing import QUEUES, queue
from app.kernel.redis import redis
from app.kernel.settings import current_settings

LAG_ALLOWED = timedelta(minutes=5)
WORKER_SILENT = timedelta(minutes=10)

bp = Blueprint("health", __name__)
requests = Counter("hostler_requests", "Requests answered", ["endpoint", "method", "status"])
seconds = Histogram("hostler_request_seconds", "Time to answer", ["endpoint"])


def _database() -> str:
    db.session.execute(text("SELECT 1"))
    return "ok"


def _redis() -> str:
    redis.ping()
    return "ok"


def _outbox() -> str:
    late = outbox.lag()
    return "ok" if late < LAG_ALLOWED else f"events wait since {late}"


def _worker() -> str:
    now = clock.now()
    for worker in Worker.all(connection=redis):
        seen = worker.last_heartbeat
        if seen and now - seen.replace(tzinfo=now.tzinfo) < WORKER_SILENT:
            return "ok"
    return "no worker has been seen lately"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis, "outbox": _outbox, "worker": _worker}


def readiness(only: list[str] | None = None) -> dict[str, str]:
    answers = {}
    for name, check in CHECKS.items():
        if only and name not in only:
            continue
        try:
            answers[name] = check()
        except Exception as error:  # noqa: BLE001  # any failure of a part is the answer about that part
            db.session.rollback()
            answers[name] = f"does not answer ({type(error).__name__})"
    return answers


@bp.get("/healthz")
@public
def healthz() -> dict[str, str]:
    return {"status": "alive"}


@bp.get("/readyz")
@public
def readyz() -> tuple[dict[str, Any], int]:
    """`?only=database,redis` asks for a part: a load balancer may not care whether a worker runs."""
    answers = readiness(only=[name for name in request.args.get("only", "").split(",") if name in CHECKS])
    ready = all(answer == "ok" for answer in answers.values())
    return {"ready": ready, **answers}, 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    token = current_settings().metrics_token
    shown = request.headers.get("Authorization", "")
    known = hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()) if token else _from_here()
    if not known:
        abort(404)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # set by gunicorn.conf.py: one count over all web processes
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(requests)
        registry.register(seconds)
    depth = Gauge("hostler_queue_jobs", "Jobs by queue and state", ["queue", "state"], registry=registry)
    for name in QUEUES:
        depth.labels(name, "waiting").set(queue(name).count)
        depth.labels(name, "failed").set(queue(name).failed_job_registry.count)
    Gauge("hostler_outbox_lag_seconds", "Age of the oldest overdue event", registry=registry).set(
        outbox.lag().total_seconds()
    )
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    return request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    requests.labels(endpoint, request.method, response.status_code).inc()
    if started := g.get("started"):
        seconds.labels(endpoint).observe(time.perf_counter() - started)
    return response


def init_health(app: Flask) -> None:
    app.register_blueprint(bp)
    app.after_request(_count)
