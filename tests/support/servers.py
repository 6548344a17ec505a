"""The servers of one test run: started once, used by every xdist worker, gone with the run.

TEST_DATABASE_URL and TEST_REDIS_URL name servers to use instead. Databases are made there and dropped again; of
the Redis server all numbered databases are emptied.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from app.kernel import embedded

KEEP = pytest.StashKey[ExitStack]()


@dataclass(frozen=True)
class Databases:
    """Names of databases on one server, all beginning with the name of this run."""

    admin_url: str
    redis_url: str
    run: str
    folder: Path

    def url(self, name: str) -> str:
        return make_url(self.admin_url).set(database=f"{self.run}_{name}").render_as_string(hide_password=False)

    def redis(self, number: int) -> str:
        base = self.redis_url.partition("?")[0]
        return f"{base}?db={number}" if base.startswith("unix:") else f"{base.rstrip('/')}/{number}"

    def create(self, name: str, template: str | None = None) -> str:
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{self.run}_{name}"))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(f"{self.run}_{template}"))
        self._execute(command)
        return self.url(name)

    def drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{self.run}_{name}")))

    def drop_all(self) -> None:
        with psycopg.connect(self.admin_url) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{self.run}\\_%"])
            names = [name.removeprefix(f"{self.run}_") for (name,) in found]
        for name in names:
            self.drop(name)

    def _execute(self, command: sql.Composable) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(command)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One worker at a time."""
        with (self.folder / "workers.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the controller owns the servers, before its workers exist; alone, `databases` starts them."""
    if getattr(config.option, "numprocesses", None) and not config.option.collectonly:
        _start(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(KEEP, None):
        stack.close()


def _start(config: pytest.Config) -> None:
    stack = config.stash[KEEP] = ExitStack()
    folder = Path(tempfile.mkdtemp(prefix="hostler-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    given = os.environ.get("TEST_DATABASE_URL", ""), os.environ.get("TEST_REDIS_URL", "")
    urls = stack.enter_context(embedded.servers(folder, *given, durable=False))
    here = Databases(*urls, run=f"test_{uuid4().hex[:8]}", folder=folder)
    if given[0]:
        stack.callback(here.drop_all)
    os.environ["TEST_RUN_OF_HOSTLER"] = "\n".join([*urls, here.run, str(folder)])


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    if "TEST_RUN_OF_HOSTLER" not in os.environ:
        _start(pytestconfig)
    database_url, redis_url, run, folder = os.environ["TEST_RUN_OF_HOSTLER"].split("\n")
    return Databases(database_url, redis_url, run, Path(folder))
