"""The app under test: `app` and `client` for almost everything, `own_database` for what really commits.

`app` runs on one connection inside a transaction that is rolled back afterwards; commits are savepoints in it.
That is quick and leaves nothing behind, but nothing outside the test can see the data. Threads, processes, a
browser, constraints checked at commit: `own_database` (a fresh copy of the migrated database) or `live`.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from alembic import command
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.kernel.database import alembic_config
from app.kernel.db import db
from app.kernel.queueing import QUEUES, adopt, queue
from app.kernel.settings import Settings
from tests.support.clients import Client, outside
from tests.support.servers import Databases

OWN = 8  # Redis databases from here on belong to `own_database` and `live`


@dataclass(frozen=True)
class House:
    """An app with a database that nobody else uses; commits in it are real."""

    app: Flask
    database_url: str
    redis_url: str

    def client(self) -> Client:
        return self.app.test_client()  # type: ignore[return-value]

    @property
    def environment(self) -> dict[str, str]:
        """For another process that shall be part of the same house."""
        return environment(self.database_url, self.redis_url)


@dataclass(frozen=True)
class Live(House):
    url: str


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "HOSTLER_MODE": "test",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HOSTLER_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
        "HOSTLER_VAULT_KEYS": "test:" + "AAAA" * 10 + "AAA=",
    }


def make_app(database_url: str, redis_url: str, **settings: Any) -> Flask:
    """`settings` by their field names, such as `staff_host="staff.localhost"`."""
    named = {name.removeprefix("HOSTLER_").lower(): value for name, value in environment("", "").items() if value}
    app = create_app(Settings(DATABASE_URL=database_url, REDIS_URL=redis_url, **(named | settings)))
    app.test_client_class = Client
    return app


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(worker.removeprefix("gw"))


@pytest.fixture(scope="session")
def template(databases: Databases) -> str:
    """The name of a database with every migration applied and no rows; made by whichever worker comes first."""
    with databases.locked():
        done = databases.folder / "template"
        if not done.exists():
            app = make_app(databases.create("template"), databases.redis(0))
            with app.app_context():
                command.upgrade(alembic_config(), "head")
            dispose(app)
            done.touch()
    return "template"


@pytest.fixture(scope="session")
def app(databases: Databases, template: str, worker_number: int) -> Iterator[Flask]:
    """Made once per worker. Each test that uses it, even through another fixture, gets `_isolated` around it."""
    with databases.locked():  # PostgreSQL copies a template for one session at a time
        url = databases.create(f"worker_{worker_number}", template)
    app = make_app(url, databases.redis(worker_number))
    yield app
    dispose(app)


@pytest.fixture(autouse=True)
def _isolated(request: pytest.FixtureRequest) -> Iterator[None]:
    """An app context, nothing in the app's database and Redis, and nothing left in them afterwards."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    engines = db._app_engines[app]
    engine = engines[None]
    app.extensions["redis"].flushdb()
    with engine.connect() as connection:
        transaction = connection.begin()
        engines[None] = connection  # type: ignore[assignment]  # sessions join its transaction with savepoints
        try:
            with app.app_context():
                adopt(app)
                yield
        finally:
            engines[None] = engine
            transaction.rollback()


@pytest.fixture
def client(app: Flask) -> Client:
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def make_client(app: Flask) -> Callable[[], Client]:
    """Further people: each client is a browser of its own."""
    return app.test_client  # type: ignore[return-value]


@pytest.fixture
def own_database(databases: Databases, template: str, worker_number: int) -> Iterator[House]:
    """A house of its own: `.app`, `.client()`, `.environment`. Push `.app.app_context()` where it is needed."""
    with fresh_urls(databases, template, f"own_{worker_number}", OWN + worker_number) as urls:
        app = make_app(*urls)
        adopt(app)
        yield House(app, *urls)
        dispose(app)


@contextmanager
def fresh_urls(databases: Databases, template: str, name: str, number: int) -> Iterator[tuple[str, str]]:
    redis_url = databases.redis(number)
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()
    with databases.locked():
        database_url = databases.create(name, template)
    try:
        yield database_url, redis_url
    finally:
        databases.drop(name)


@pytest.fixture(scope="session")
def _live_socket() -> Iterator[Any]:
    """One port per worker, so that what a browser keeps per origin stays valid; the app behind it changes."""
    doors: dict[str, Any] = {"app": None}
    server = make_server("127.0.0.1", 0, _door(doors), threaded=True, request_handler=_Quiet)
    doors["port"] = server.port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield doors
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The app logs its requests itself."""


def _door(doors: dict[str, Any]) -> Callable[..., Any]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return doors["app"](environ, start_response)

    return answer


@pytest.fixture(scope="session")
def live_url(_live_socket: dict[str, Any]) -> str:
    return f"http://localhost:{_live_socket['port']}"


@pytest.fixture
def live(
    databases: Databases, template: str, worker_number: int, _live_socket: dict[str, Any], live_url: str
) -> Iterator[Live]:
    """A house of its own behind a real address, for browsers and other HTTP clients: `.url` besides."""
    with fresh_urls(databases, template, f"live_{worker_number}", OWN + worker_number) as urls:
        app = make_app(*urls, url=live_url)
        adopt(app)
        _live_socket["app"] = app
        yield Live(app, *urls, url=live_url)
        _live_socket["app"] = None
        dispose(app)


def work_off(app: Flask, *, failing: bool = False) -> int:
    """Run everything that is queued, and what that queues in turn, here and now. Returns how many jobs ran.

    The first job that fails fails the test, unless `failing` says that this is the point.
    """
    failures: list[BaseException] = []

    def note(_job: Job, _kind: type[BaseException], error: BaseException, _trace: object) -> bool:
        failures.append(error)
        return True  # RQ goes on with its own handling: retries, the registry of failed jobs

    with outside(app), app.app_context():
        redis = app.extensions["redis"]
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        worker = SimpleWorker(
            [queue(name) for name in QUEUES], connection=redis, serializer=JSONSerializer, exception_handlers=[note]
        )
        try:
            worker.work(burst=True, logging_level="ERROR")
        finally:
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGTERM, before[1])
    if failures and not failing:
        raise failures[0]
    return worker.successful_job_count + worker.failed_job_count


@pytest.fixture(name="work_off")
def _work_off(app: Flask) -> Callable[..., int]:
    """`work_off()` runs the queued jobs of `app`; of another house: `from tests.support.apps import work_off`."""
    return lambda **options: work_off(app, **options)
