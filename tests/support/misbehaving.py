"""A vendor on the loopback that answers as the test says, for once or for good, well or badly."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Request"], None]


@dataclass
class Vendor:
    """`answers` are given one after the other, the last one for ever; `heard` is what was asked, in order."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Request(BaseHTTPRequestHandler):
    vendor: Vendor
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.vendor.heard.append(f"{self.command} {self.path} {body.decode(errors='replace')}".strip())
        self.vendor.headers.append({name.lower(): value for name, value in self.headers.items()})
        with suppress(ConnectionError):
            self.vendor.next_answer()(self)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815  # http.server's names

    def log_message(self, *_: Any) -> None:
        pass

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def says(status: int = 200, body: Any = None, **headers: str) -> Answer:
    """`body` as JSON, or as it is when it is text or bytes; headers with `_` for `-`."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {"content_type": "text/html" if isinstance(body, str) else "application/json"} | headers
    return lambda request: request.send(status, raw, {name.replace("_", "-"): value for name, value in named.items()})


def hangs_up(request: Request) -> None:
    """Reads everything, says nothing, goes away."""
    request.close_connection = True


def stops_half_way(request: Request) -> None:
    request.send(200, b'{"half": ', {"content-length": "4000", "content-type": "application/json"})
    request.close_connection = True


def never_answers(request: Request) -> None:
    request.vendor.over.wait(30)
    request.close_connection = True


def drips(request: Request) -> None:
    """A letter now and then, each in time, the whole never."""
    request.send(200, b"", {"content-length": "200"})
    while not request.vendor.over.wait(0.02):
        request.wfile.write(b" ")


def says_too_much(request: Request) -> None:
    request.send(200, b"", {"content-length": str(2**33)})
    while not request.vendor.over.is_set():
        request.wfile.write(b" " * 65_536)


def sends_a_bomb(request: Request) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    request.send(200, packed, {"content-encoding": "gzip", "content-type": "application/json"})


@contextmanager
def misbehaving() -> Iterator[Vendor]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    vendor = Vendor(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Bound", (Request,), {"vendor": vendor})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        vendor.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
