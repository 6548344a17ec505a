"""What the workers have before them, and what they had to leave behind."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from rq import Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from app.kernel import outbox
from app.kernel.queueing import QUEUES, queue
from app.kernel.redis import redis
from app.kernel.refusal import Refusal
from app.people import auditing

MOST = 100  # dead jobs shown; the rest follow when these are gone
LONGEST = 120


@dataclass(frozen=True)
class QueueState:
    name: str
    waiting: int
    running: int
    scheduled: int
    failed: int


@dataclass(frozen=True)
class WorkerState:
    name: str
    seen: datetime | None
    job: str | None


@dataclass(frozen=True)
class DeadJob:
    id: str
    queue: str
    function: str
    args: str
    error: str
    trace: str
    ended: datetime | None


def states() -> list[QueueState]:
    return [
        QueueState(
            name,
            waiting=one.count,
            running=one.started_job_registry.get_job_count(cleanup=False),
            scheduled=one.scheduled_job_registry.get_job_count(cleanup=False),
            failed=one.failed_job_registry.get_job_count(cleanup=False),
        )
        for name, one in ((name, queue(name)) for name in QUEUES)
    ]


def workers() -> list[WorkerState]:
    alive = Worker.all(connection=redis, serializer=JSONSerializer)
    return [WorkerState(one.name, _utc(one.last_heartbeat), one.get_current_job_id()) for one in alive]


def count_dead() -> int:
    """Jobs and events that nobody will try again by themselves."""
    dead: int = sum(queue(name).failed_job_registry.get_job_count(cleanup=False) for name in QUEUES)
    return dead + outbox.count_given_up()


def dead_jobs() -> list[DeadJob]:
    """The latest of each queue."""
    found: list[DeadJob] = []
    for name in QUEUES:
        registry = queue(name).failed_job_registry
        ids = registry.get_job_ids(0, MOST - 1, desc=True)
        jobs = Job.fetch_many(ids, connection=redis, serializer=JSONSerializer)
        found += [_told(job, name) for job in jobs if job is not None]
    return found


def run_again(job_id: str) -> None:
    job, name = _dead(job_id)
    auditing.record("job.run_again", after=_names(job, name))
    job.retries_left = len(QUEUES[name].waits)  # without them a dying worker would lose it
    try:
        queue(name).failed_job_registry.requeue(job)
    except InvalidJobOperation as gone:
        raise Refusal(_already_gone()) from gone


def discard(job_id: str) -> None:
    job, name = _dead(job_id)
    auditing.record("job.discarded", before=_names(job, name) | {"error": _last_line(_trace(job))})
    queue(name).failed_job_registry.remove(job, delete_job=True)


def run_event_again(entry: outbox.OutboxEvent) -> None:
    if entry.delivered_at is not None or entry.due_at is not None:
        raise Refusal(_("This event is no longer waiting for you."))
    auditing.record("event.run_again", entry, before={"name": entry.name, "error": entry.error})
    outbox.try_again(entry)


def _dead(job_id: str) -> tuple[Job, str]:
    try:
        job = Job.fetch(job_id, connection=redis, serializer=JSONSerializer)
    except NoSuchJobError as gone:
        raise Refusal(_already_gone()) from gone
    if job.origin not in QUEUES or job not in queue(job.origin).failed_job_registry:
        raise Refusal(_already_gone())
    return job, job.origin


def _already_gone() -> str:
    return _("This job is not among the failed ones any more.")


def _names(job: Job, name: str) -> dict[str, Any]:
    return {"job": job.id, "queue": name, "function": job.func_name, "args": _short(job)}


def _told(job: Job, name: str) -> DeadJob:
    trace = _trace(job)
    return DeadJob(job.id, name, str(job.func_name), _short(job), _last_line(trace), trace[-4000:], _utc(job.ended_at))


def _trace(job: Job) -> str:
    latest = job.latest_result()
    return str(latest.exc_string or "") if latest else ""


def _short(job: Job) -> str:
    parts = [repr(one) for one in job.args] + [f"{key}={value!r}" for key, value in job.kwargs.items()]
    text = ", ".join(parts)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _last_line(trace: str) -> str:
    lines = [line for line in trace.splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else ""


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
