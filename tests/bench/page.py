"""A signed-in portal page, beside a bare Flask route that returns the same bytes through the same server."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.kernel.db import db
from tests.bench.harness import bench, interleaved
from tests.bench.house import house
from tests.support.people import make_account, make_user, sign_in

SERVER = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--workers", "1"]


@bench("page", unit="ms", goal=3.0)
def page() -> tuple[float, float]:
    with house() as ours, tempfile.TemporaryDirectory() as folder:
        cookie = _somebody_signs_in(ours)
        body = Path(folder) / "body.html"
        with _served("wsgi:web", ours.environment, folder) as hostler:
            body.write_bytes(_get(hostler, cookie))
            with _served("tests.bench.bare:app", ours.environment | {"BARE_BODY": str(body)}, folder) as bare:
                assert _get(bare, cookie) == body.read_bytes()
                return interleaved(lambda: _get(hostler, cookie), lambda: _get(bare, cookie), rounds=400)


def _somebody_signs_in(ours) -> str:
    client = ours.client()
    with ours.app.app_context():
        user = make_user("Ann Example")
        make_account("Example BV", owner=user)
        db.session.commit()
        sign_in(client, user)
    cookie = client.get_cookie("hostler")
    assert cookie
    return f"hostler={cookie.value}"


def _get(address: str, cookie: str) -> bytes:
    connection = http.client.HTTPConnection("localhost")
    connection.sock = _connected(address)
    connection.request("GET", "/portal", headers={"Cookie": cookie, "Connection": "close"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == http.client.OK, response.status
    return body


def _connected(path: str) -> socket.socket:
    door = socket.socket(socket.AF_UNIX)
    door.connect(path)
    return door


@contextmanager
def _served(module: str, environment: dict[str, str], folder: str) -> Iterator[str]:
    address = f"{folder}/{module.partition(':')[0]}.sock"
    process = subprocess.Popen(
        [*SERVER, "--bind", f"unix:{address}", "--log-level", "error", module],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with suppress(OSError):
                _connected(address).close()
                break
            assert process.poll() is None, f"{module} does not start"
        yield address
    finally:
        process.terminate()
        process.wait()
