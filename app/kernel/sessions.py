"""Sessions live on the server, so that they can be listed and ended. The cookie is a random word, nothing more."""

import copy
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from app.kernel import clock
from app.kernel.bearer import token_of
from app.kernel.redis import redis

ANONYMOUS = timedelta(hours=2)
SIGNED_IN = timedelta(hours=12)
REMEMBERED = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)
LONGEST_TOKEN = 64


class ServerSession(CallbackDict[str, Any], SessionMixin):
    def __init__(self, data: dict[str, Any] | None = None, token: str | None = None) -> None:
        def changed(self: ServerSession) -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.found = copy.deepcopy(dict(self))
        self.token = token
        self.new = token is None
        self.modified = False
        self.ended: list[str] = []  # tokens this one has replaced
        self.kept = True
        self.rejected = False  # the cookie named a session that has expired, was ended elsewhere or is invented

    @property
    def owner(self) -> str | None:
        return self.get("_user_id")

    @property
    def lifetime(self) -> timedelta:
        if self.owner is None:
            return ANONYMOUS
        return REMEMBERED if self.get("remember") else SIGNED_IN


@dataclass(frozen=True)
class SessionInfo:
    handle: str
    started: datetime
    seen: datetime
    ip: str
    agent: str
    remembered: bool
    current: bool


def rotate() -> None:
    """Same contents under a new name: what a stranger may have planted or seen before sign-in is worth nothing."""
    mine = cast("ServerSession", session)
    if mine.token:
        mine.ended.append(mine.token)
        mine.token = None
    mine.modified = True


def has_ended() -> bool:
    """The browser still shows the cookie of a session that is over: it ran out, or was ended elsewhere."""
    return cast("ServerSession", session).rejected


def sessions_of(user_key: str) -> list[SessionInfo]:
    here = cast("ServerSession", session)
    current = _handle(here.token) if here.token else ""
    return sorted(
        (
            SessionInfo(
                handle=handle,
                started=datetime.fromtimestamp(data["started"], UTC),
                seen=datetime.fromtimestamp(data["seen"], UTC),
                ip=data.get("ip", ""),
                agent=data.get("agent", ""),
                remembered=bool(data.get("remember")),
                current=handle == current,
            )
            for handle, data in _alive(user_key)
        ),
        key=lambda info: info.seen,
        reverse=True,
    )


def revoke(user_key: str, handle: str) -> bool:
    if not redis.srem(_index(user_key), handle):
        return False
    redis.delete(_key(handle))
    return True


def revoke_others(user_key: str) -> int:
    """End every session of this person but the one that asks."""
    here = cast("ServerSession", session)
    keep = _handle(here.token) if here.token and here.owner == user_key else ""
    return sum(revoke(user_key, handle) for handle, _ in list(_alive(user_key)) if handle != keep)


def revoke_all(user_key: str) -> None:
    """End every session of this person, whoever asks and from wherever."""
    for handle, _ in list(_alive(user_key)):
        revoke(user_key, handle)


def count_of(user_key: str) -> int:
    return sum(1 for _ in _alive(user_key))


def _alive(user_key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for raw in redis.smembers(_index(user_key)):
        handle = cast("bytes", raw).decode()
        stored = redis.get(_key(handle))
        if stored is None:
            redis.srem(_index(user_key), handle)  # it expired by itself
        else:
            yield handle, json.loads(stored)


def _handle(token: str) -> str:
    """Names a session without opening it: whoever reads Redis or the page cannot make a cookie of this."""
    return hashlib.sha256(token.encode()).hexdigest()[:40]


def _key(handle: str) -> str:
    return f"session:{handle}"


def _index(user_key: str) -> str:
    return f"sessions:{user_key}"


class RedisSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> ServerSession:
        if token_of(request) is not None:
            # A program proves itself with each request: no cookie helps it, and it gets none.
            passing = ServerSession()
            passing.kept = False
            return passing
        token = request.cookies.get(self.get_cookie_name(app), "")
        if token and len(token) <= LONGEST_TOKEN and token.isascii():
            stored = redis.get(_key(_handle(token)))
            if stored is not None:
                return ServerSession(json.loads(stored), token)
        fresh = ServerSession()
        fresh.rejected = bool(token)
        return fresh

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        mine = cast("ServerSession", session)
        if not mine.kept:
            return
        for token in mine.ended:
            self._forget(token, mine.owner)
        if not mine:
            if mine.token:
                self._forget(mine.token, mine.owner)
                response.delete_cookie(self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app))
            return
        if mine.accessed:
            response.vary.add("Cookie")
        now = clock.now().timestamp()
        # Compared, not believed: writing the same value again, or taking away what is not there, is no change.
        changed = mine.modified and (mine.token is None or dict(mine) != mine.found)
        if not changed and now - mine.get("seen", 0) < TOUCH_EVERY.total_seconds():
            return
        self._store(app, mine, now, response)

    def _store(self, app: Flask, mine: ServerSession, now: float, response: Response) -> None:
        is_new = mine.token is None
        token = mine.token or secrets.token_urlsafe(32)
        mine["seen"] = now
        mine.setdefault("started", now)
        handle, life = _handle(token), mine.lifetime
        # Only an existing session is written over: a request that was under way when another one signed out
        # must not bring it back to life.
        stored = redis.set(_key(handle), json.dumps(dict(mine)), ex=life, xx=not is_new)
        if not stored:
            return
        if mine.owner:
            redis.sadd(_index(mine.owner), handle)
            redis.expire(_index(mine.owner), REMEMBERED)
        mine.token = token
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            max_age=life if mine.get("remember") else None,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )

    def _forget(self, token: str, owner: str | None) -> None:
        redis.delete(_key(_handle(token)))
        if owner:
            redis.srem(_index(owner), _handle(token))
