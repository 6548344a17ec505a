"""Every view says who may enter. The app does not start while one says nothing.

The kernel knows the kinds of audience, not the people: the room that does registers a guard for each kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

from flask import Flask, abort, current_app, g, request
from sqlalchemy import select

from app.kernel import permissions
from app.kernel.db import AnyModel, db

Kind = Literal["public", "signed_in", "customer", "staff", "webhook", "signed_link", "node"]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Audience:
    kind: Kind
    permission: str = ""
    fresh: bool = False  # the person has proved who they are within the last minutes


Guard = Callable[[Audience], Any]
guards: dict[Kind, Guard] = {}
ASKS_NOBODY: set[Kind] = {"public", "signed_link", "webhook", "node"}  # the view itself checks the link or signature
NO_BROWSER: set[Kind] = {"webhook", "node"}


def _say(audience: Audience) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    return _say(Audience("public"))(view)


def signed_link(view: View) -> View:
    return _say(Audience("signed_link"))(view)


def webhook(view: View) -> View:
    return _say(Audience("webhook"))(view)


def node(view: View) -> View:
    return _say(Audience("node"))(view)


@overload
def signed_in(view: View) -> View: ...
@overload
def signed_in(*, fresh: bool) -> Callable[[View], View]: ...
def signed_in(view: View | None = None, *, fresh: bool = False) -> View | Callable[[View], View]:
    """Any person who has signed in, about themselves."""
    mark = _say(Audience("signed_in", fresh=fresh))
    return mark(view) if view else mark


def customer(permission: str, *, fresh: bool = False) -> Callable[[View], View]:
    return _say(Audience("customer", permission, fresh))


def staff(permission: str, *, fresh: bool = False) -> Callable[[View], View]:
    return _say(Audience("staff", permission, fresh))


def guard(kind: Kind) -> Callable[[Guard], Guard]:
    def register(function: Guard) -> Guard:
        guards[kind] = function
        return function

    return register


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    return getattr(app.view_functions[endpoint], "audience", None)


def check_audiences(app: Flask) -> None:
    problems = []
    for rule in app.url_map.iter_rules():
        audience = audience_of(app, rule.endpoint)
        if audience is None:
            problems.append(f"{rule.endpoint} ({rule.rule}) does not say who may enter")
        elif audience.permission and (audience.kind, audience.permission) not in permissions.catalogue:
            problems.append(f"{rule.endpoint} asks for the permission {audience.permission!r}, which no room declares")
        elif audience.kind not in ASKS_NOBODY and audience.kind not in guards:
            problems.append(f"{rule.endpoint}: nobody guards the audience {audience.kind}")
    if problems:
        raise RuntimeError("\n".join(problems))


def admit() -> Any:
    """Before each request: the guard of the view's audience lets pass (None), answers instead, or aborts."""
    if request.endpoint is None:
        return None
    audience = audience_of(current_app, request.endpoint)
    watch = guards.get(audience.kind) if audience else None
    return watch(audience) if watch and audience else None


def owned(model: type[AnyModel], public_id: str) -> AnyModel:
    """The row, if it belongs to the account whose portal this is. A stranger's id is a 404 like any unknown one."""
    mine = model.account_id == g.account.id  # type: ignore[attr-defined]  # every owned model has the column
    return db.session.scalars(select(model).where(model.public_id == public_id, mine)).first() or abort(404)
