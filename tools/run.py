"""`make run`: the whole of Hostler in the foreground, as a demo on this machine."""

import http.client
import os
import signal
import socket
import sys
import time
from pathlib import Path

import click
from flask import Flask
from honcho.environ import parse_procfile
from sqlalchemy.exc import OperationalError

from app import create_app
from app.kernel import demo, embedded
from app.kernel.db import db
from tools.procession import Procession

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
ONLY_IN_THE_DEMO = {"sandbox": "python -m app.sandbox"}
PORT_PATIENCE = 3.0  # an earlier run may just be ending


def main() -> None:
    if os.environ.get("HOSTLER_MODE", "demo") != "demo":
        sys.exit("`make run` is the demo. README.md says how to run Hostler in production.")
    for wanted in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _as_interrupt)
    home = _wanted_home()
    port = _wanted_port()
    try:
        with embedded.servers(home, os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")) as urls:
            sys.exit(_run(_environment(home, port, *urls), port))
    except click.ClickException as reason:  # the settings, or a server that does not start
        sys.exit(reason.format_message())
    except OperationalError as reason:
        sys.exit(f"The database does not answer: {reason.orig}")
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)


def _run(environment: dict[str, str], port: int) -> int:
    """Returns when a process has ended, which none should."""
    os.environ.update(environment)
    app = create_app()
    _flask(app, "database", "migrate")
    commands = dict(parse_procfile((ROOT / "Procfile").read_text()).processes) | ONLY_IN_THE_DEMO
    with Procession(environment, ROOT, width=max(map(len, commands))) as procession:
        for name, command in commands.items():
            procession.start(name, command)
        _flask(app, "demo", "seed")  # while they start
        while (ended := procession.ended()) is None:
            if not procession.announced and _is_ready(port):
                procession.announce(_welcome(port))
            time.sleep(0.1)
        name, code = ended
        procession.say(f"{name} has ended (exit code {code}), so everything stops.")
        return 1


def _environment(home: Path, port: int, database_url: str, redis_url: str) -> dict[str, str]:
    smtp, sandbox = _free_ports(2)
    places = {
        "PORT": str(port),
        "HOSTLER_SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "HOSTLER_SANDBOX_PORT": str(sandbox),
        "HOSTLER_DISCORD_URL": f"http://127.0.0.1:{sandbox}/discord/api/v10/webhooks/1/demo",
    }
    ours = demo.make_settings(home, **places) | {
        "HOSTLER_HOME": str(home),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PATH": f"{BIN}:{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | ours


def _flask(app: Flask, *command: str) -> None:
    """A command in this process: a second interpreter would cost as much as everything else."""
    with app.app_context():
        app.cli.main(list(command), prog_name="flask", standalone_mode=False)
        db.engine.dispose()


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(port: int) -> list[str]:
    address = f"http://localhost:{port}"
    return [
        f"Hostler runs at  {address}",
        f"Come in          {address}/demo  (one click: customer, owner, support agent)",
        f"Read its mail    {address}/sandbox/mail",
        "Stop it          Ctrl-C",
    ]


def _wanted_home() -> Path:
    home = Path(os.environ.get("HOSTLER_HOME") or "var")
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        sys.exit(f"HOSTLER_HOME={home} cannot be made: {reason.strerror}.")
    return home


def _wanted_port() -> int:
    wanted = os.environ.get("PORT") or "8000"
    if not (wanted.isdecimal() and int(wanted) in range(1, 65536)):
        sys.exit(f"PORT={wanted} is not a port. Try: make run PORT=8001")
    port = int(wanted)
    deadline = time.monotonic() + PORT_PATIENCE
    while not _is_free(port):
        if time.monotonic() > deadline:
            sys.exit(f"Port {port} is taken. Choose another: make run PORT={port + 1}")
        time.sleep(0.1)
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _as_interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
