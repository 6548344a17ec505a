"""One exchange over HTTP: bounded in time and size, and honest about how far it came."""

import os
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import monotonic
from typing import Any

import httpx

CONNECT = 5.0
PER_PROCESS = httpx.Limits(max_connections=50, max_keepalive_connections=20, keepalive_expiry=30)

CANNOT_BE_SENT = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class CannotBeSent(Exception):
    """Not now and not later, as it stands."""


class NotSent(Exception):
    """It surely never reached them."""


class Broken(Exception):
    """It may have reached them; their answer did not reach us whole."""


@cache
def _client() -> httpx.Client:
    # Cookies of one customer's panel have no business in the next call.
    keeps_none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.Client(limits=PER_PROCESS, cookies=keeps_none, headers={"user-agent": "Hostler"})


# A connection shared by two processes would mix up their answers.
os.register_at_fork(after_in_child=_client.cache_clear)


def prepare(method: str, url: str, timeout: float, **what: Any) -> httpx.Request:
    limits = httpx.Timeout(timeout, connect=min(timeout, CONNECT))
    try:
        return _client().build_request(method, url, timeout=limits, **what)
    except CANNOT_BE_SENT as error:
        raise CannotBeSent(str(error)) from error


def exchange(request: httpx.Request, auth: Any, timeout: float, most_bytes: int) -> httpx.Response:
    ends = monotonic() + timeout
    try:
        response = _client().send(request, auth=auth, stream=True)
        try:
            body = _read(response, ends, most_bytes)
        finally:
            response.close()
    except CANNOT_BE_SENT as error:
        raise CannotBeSent(str(error)) from error
    except NEVER_ARRIVED as error:
        raise NotSent(_said(error)) from error
    except httpx.RequestError as error:
        raise Broken(_said(error)) from error
    unpacked = [(name, value) for name, value in response.headers.multi_items() if name not in PACKING]
    return httpx.Response(response.status_code, headers=unpacked, content=body, request=request)


PACKING = {"content-encoding", "content-length", "transfer-encoding"}


def _read(response: httpx.Response, ends: float, most_bytes: int) -> bytes:
    """A timeout of httpx is for each read: an answer that drips would never end, nor would an endless one."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most_bytes:
            if response.is_success:
                raise Broken(f"the answer is larger than {most_bytes} bytes")
            return bytes(body[:most_bytes])
        if monotonic() > ends:
            raise Broken("the answer did not end in time")
    return bytes(body)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
