"""Work for later: the queues, and how a job gets into one. The functions themselves live in jobs/."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from flask import Flask, current_app, g, has_app_context, has_request_context
from rq import Queue, Retry, get_current_job
from rq.serializers import JSONSerializer

from app.kernel import acting
from app.kernel.acting import Actor
from app.kernel.db import after_commit, db
from app.kernel.redis import redis

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class QueueRule:
    timeout: int  # seconds one job may take
    waits: tuple[int, ...]  # seconds before each further try


# In the order a worker empties them. Every queue retries: a job held by a dying worker comes back only that way.
QUEUES = {
    "events": QueueRule(timeout=60, waits=(1, 10, 60)),
    "mail": QueueRule(timeout=120, waits=(10, 60, 300, 1800, 7200)),
    "upkeep": QueueRule(timeout=600, waits=(60, 300)),
}


def queue(name: str) -> Queue:
    return Queue(name, connection=redis, serializer=JSONSerializer, default_timeout=QUEUES[name].timeout)


def enqueue(queue_name: str, function: str, *args: Any) -> None:
    """Queue the job when the current transaction has committed; without one, at once."""
    rule = QUEUES[queue_name]
    request_id = g.get("request_id") if has_request_context() else None

    def put() -> None:
        queue(queue_name).enqueue_call(
            function,
            args=args,
            timeout=rule.timeout,
            result_ttl=0,
            retry=Retry(max=len(rule.waits), interval=list(rule.waits)),
            meta={"request_id": request_id} if request_id else {},
        )

    after_commit(put)


def job(function: Callable[P, R]) -> Callable[P, R]:
    """What a worker calls: an app context, an actor and a clean session around the function."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _job_app().app_context():
            running = get_current_job()
            structlog.contextvars.bind_contextvars(
                job_id=running.id if running else None, **(running.meta if running else {})
            )
            try:
                with acting.as_actor(Actor.system(function.__module__.removeprefix("jobs."))):
                    return function(*args, **kwargs)
            finally:
                db.session.remove()
                structlog.contextvars.clear_contextvars()

    return run


_adopted: list[Flask] = []


def adopt(app: Flask) -> None:
    """Run this process's jobs in `app`."""
    _adopted[:] = [app]


def _job_app() -> Flask:
    return current_app._get_current_object() if has_app_context() else _adopted[0]  # type: ignore[attr-defined]  # noqa: SLF001  # a proxy's own accessor
