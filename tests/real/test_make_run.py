"""`make run`, as a person uses it: start, look, a command in a second shell, Ctrl-C, start again, pull the plug."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.support.processes import alive, left_after

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path, port):
    return os.environ | {"HOSTLER_HOME": str(tmp_path), "PORT": str(port), "NO_COLOR": "1"}


@pytest.fixture
def run(environment):
    runs = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        runs.append(process)
        said = []
        for line in process.stdout:
            said.append(line)
            if "Stop it" in line:
                return process
        pytest.fail("it never said that it runs:\n" + "".join(said))

    yield start
    for process in runs:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_runs_stops_leaves_nothing_behind_and_goes_on_where_it_was(run, environment, port, tmp_path):
    first = run()
    family = psutil.Process(first.pid).children(recursive=True)
    assert _get(port, "/readyz") == 200
    assert _get(port, "/") == 200
    flask = [Path(sys.executable).parent / "flask", "config", "check"]
    check = subprocess.run(flask, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "demo" in check.stdout
    first.send_signal(signal.SIGINT)
    said, _ = first.communicate()
    assert (first.returncode, said.splitlines()[-1]) == (0, "Stopped.")
    assert alive(family) == []
    secret = _secret(tmp_path)
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600

    second = run()
    family = psutil.Process(second.pid).children(recursive=True)
    assert _secret(tmp_path) == secret
    second.kill()
    second.wait()
    assert left_after(family, 30) == []


def test_a_process_that_dies_ends_the_whole_by_name(run):
    process = run()
    family = psutil.Process(process.pid).children(recursive=True)
    (cron,) = [one for one in family if "cron" in one.cmdline()]
    cron.kill()
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "cron has ended" in said
    assert alive(family) == []


@pytest.mark.parametrize(("wanted", "answer"), [("lamp", "PORT=lamp is not a port"), (None, "is taken")])
def test_a_port_it_cannot_have_is_refused_in_one_line(environment, wanted, answer, port):
    with socket.create_server(("127.0.0.1", port)):
        asked = environment | ({"PORT": wanted} if wanted else {})
        done = subprocess.run(
            [sys.executable, "-m", "tools.run"], cwd=ROOT, env=asked, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert answer in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_demo_refuses_to_listen_beyond_this_machine(environment, tmp_path):
    told = environment | {
        "HOSTLER_MODE": "demo",
        "HOSTLER_SECRET_KEY": "demo-" + "x" * 40,
        "HOSTLER_VAULT_KEYS": "demo:" + "A" * 43 + "=",
        "DATABASE_URL": "postgresql://nowhere/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "GUNICORN_CMD_ARGS": "--bind 0.0.0.0:0",
    }
    gunicorn = [Path(sys.executable).parent / "gunicorn", "-c", "gunicorn.conf.py", "wsgi:web"]
    done = subprocess.run(gunicorn, cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "on this machine only, not on 0.0.0.0" in done.stderr


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    with closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as response:
            return response.status


def _secret(home: Path) -> str:
    return json.loads((home / "demo.json").read_text())["HOSTLER_SECRET_KEY"]
