"""Who is acting: known from the door inwards, so that no verb has to be told by its caller's caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, Self

from flask import Flask, request

Kind = Literal["visitor", "customer", "staff", "system"]


@dataclass(frozen=True)
class Actor:
    """`behalf` is the person in whose place a member of staff acts."""

    kind: Kind
    id: str | None
    name: str
    behalf_id: str | None = None
    behalf_name: str | None = None

    @classmethod
    def system(cls, name: str) -> Self:
        return cls("system", None, name)

    @property
    def is_house(self) -> bool:
        """May cause what only staff or a policy may cause. Somebody in a customer's place may not."""
        return self.kind in ("staff", "system") and self.behalf_id is None


VISITOR = Actor("visitor", None, "visitor")

_current: ContextVar[Actor] = ContextVar("actor", default=VISITOR)
_BEFORE = "hostler.actor_before_request"


def current() -> Actor:
    return _current.get()


def become(actor: Actor) -> None:
    """For the rest of this request (or job), `actor` is who acts."""
    _current.set(actor)


@contextmanager
def as_actor(actor: Actor) -> Iterator[Actor]:
    before = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(before)


def init_app(app: Flask) -> None:
    """Each request begins as a visitor's: threads live on, and whoever came last must not linger in them."""
    app.before_request_funcs.setdefault(None, []).insert(0, _arrive)  # before the guards, who say who acts
    app.teardown_request(_leave)


def _arrive() -> None:
    request.environ[_BEFORE] = _current.get()
    _current.set(VISITOR)


def _leave(_error: BaseException | None) -> None:
    if (before := request.environ.pop(_BEFORE, None)) is not None:
        _current.set(before)
