"""PostgreSQL and Valkey out of Python wheels, for whoever has none: they live and die with the process that asks.

One process owns the servers of a home, under a lock. `servers` makes the caller that owner; `running` finds what
another owner runs; `prepare_command` does whichever is needed for one `flask …` command.
"""

import atexit
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from app.kernel import demo
from app.kernel.embedded_servers import CannotStart, Postgres, Server, Valkey

PATIENCE = 30.0  # seconds for servers that another process is just starting


@contextmanager
def servers(
    home: Path, database_url: str = "", redis_url: str = "", *, durable: bool = True
) -> Iterator[tuple[str, str]]:
    """Own the home and start what has no address yet. `durable=False` forgets on a power cut: for tests."""
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with _owning(home), ExitStack() as started:
        ours: list[Server] = []
        if not database_url:
            ours.append(postgres := Postgres(home / "postgres", durable=durable))
            database_url = postgres.url
        if not redis_url:
            ours.append(valkey := Valkey(home / "valkey", durable=durable))
            redis_url = valkey.url
        for server in ours:
            started.callback(server.stop)
            server.start()
        for server in ours:
            server.wait()
        addresses = home / "servers.json"
        started.callback(addresses.unlink, missing_ok=True)
        demo.write_private(addresses, json.dumps([database_url, redis_url]))
        yield database_url, redis_url


def running(home: Path) -> tuple[str, str] | None:
    """The addresses that the owner of this home uses; None when it has no owner."""
    home = home.resolve()
    deadline = time.monotonic() + PATIENCE
    while _is_owned(home):
        with suppress(FileNotFoundError):
            database_url, redis_url = json.loads((home / "servers.json").read_text())
            return database_url, redis_url
        if time.monotonic() > deadline:
            raise CannotStart(f"Another process has been starting or stopping in {home} for {PATIENCE:.0f} s.")
        time.sleep(0.05)  # it is starting or stopping
    return None


def prepare_command() -> None:
    """Complete the environment for one `flask …` command, so that it meets the demo of this home, running or not.

    Servers that had to be started for it end with it. Whoever has set an address or a secret means what they say.
    """
    home = Path(os.environ.get("HOSTLER_HOME") or "var")
    if not any(os.environ.get(name) for name in ("HOSTLER_MODE", "HOSTLER_SECRET_KEY", "DATABASE_URL")):
        for name, value in (demo.settings_of(home) or {}).items():
            os.environ[name] = os.environ.get(name) or value
    given = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if all(given) or os.environ.get("HOSTLER_MODE") != "demo":
        return
    found = running(home)
    if found is None:
        until_exit = ExitStack()
        found = until_exit.enter_context(servers(home, *given))
        atexit.register(until_exit.close)
        signal.signal(signal.SIGTERM, _leave)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = given[0] or found[0], given[1] or found[1]


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


@contextmanager
def _owning(home: Path) -> Iterator[None]:
    with _lock_file(home) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = lock.read().strip() or "another one"
            raise CannotStart(
                f"Hostler already runs from {home} (process {who}). Stop it, or give this one its own HOSTLER_HOME."
            ) from None
        (home / "servers.json").unlink(missing_ok=True)  # of an owner that was killed
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _is_owned(home: Path) -> bool:
    if not (home / "servers.lock").exists():
        return False
    with _lock_file(home) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_file(home: Path) -> IO[str]:
    return os.fdopen(os.open(home / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
