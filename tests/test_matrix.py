"""Who may open what: every route, opened as everyone, compared with tests/matrix.txt.

A new route or a changed permission changes that file, so that it is seen in review. Write it anew with
`make matrix`, then read the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.kernel.audience import audience_of, guards
from app.kernel.db import db
from app.kernel.redis import redis
from tests.support.matrix_samples import furnish, values_for
from tests.support.people import STAFF_ROLES, TEAM_ROLES

TABLE = Path(__file__).parent / "matrix.txt"
PEOPLE = ["visitor", *TEAM_ROLES, "stranger", *(f"staff {role}" for role in STAFF_ROLES), "impersonator"]
OUTCOMES = {
    "in": ("+", "the door opens, whatever the view then says about an empty form"),
    "sign-in": ("s", "asked to sign in"),
    "no": ("-", "403, in plain words"),
    "hidden": (".", "404, as if there were nothing"),
    "setup": ("2", "first a second factor"),
    "prove": ("p", "first prove who you are"),
    "away": (">", "sent on to another page"),
}


def test_everyone_opens_what_the_table_says(cast, app):
    written = "\n".join(_matrix(cast, app)) + "\n"
    if "WRITE_MATRIX" in os.environ:
        TABLE.write_text(written)
    assert written == TABLE.read_text()


def _matrix(cast, app: Flask) -> Iterator[str]:
    yield "Who may open what. Written by `make matrix`, compared by tests/test_matrix.py."
    yield ""
    yield from (f"  {sign}  {meaning}" for sign, meaning in OUTCOMES.values())
    yield ""
    for depth, who in enumerate(PEOPLE):
        yield f"{'|' * depth}{'-' * (len(PEOPLE) - depth)} {who}"
    things = furnish(cast)
    for path, method, rule in sorted(_routes(app), key=lambda route: route[:2]):
        audience = audience_of(app, rule.endpoint)
        assert audience is not None
        asked = " ".join(filter(None, (audience.kind, audience.permission, "fresh" if audience.fresh else "")))
        signs = "".join(OUTCOMES[_open(cast, who, method, _address(app, rule, things))][0] for who in PEOPLE)
        yield f"{signs} {method:4} {path}  ({asked})"


def _routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.rule, method, rule


def _address(app: Flask, rule: Rule, things: dict[str, object]) -> str:
    with app.test_request_context():
        built = rule.build(values_for(rule, things), append_unknown=False)
    assert built is not None
    return built[1]


def _open(cast, who: str, method: str, address: str) -> str:
    """Open it for a moment: what the request changes is taken back."""
    connection: Connection = db.engine  # type: ignore[assignment]  # the test's own connection
    client = cast[who]()
    client.linting = False
    db.session.commit()  # nothing of ours may be open below the attempt
    attempt = connection.begin_nested()
    admitted.clear()
    try:
        return _outcome(client.open(address, method=method, data={} if method == "POST" else None, buffered=True))
    finally:
        db.session.rollback()
        attempt.rollback()
        for key in redis.keys("limit*"):
            redis.delete(key)


admitted: list[bool] = []


@pytest.fixture(autouse=True)
def watched_doors(monkeypatch):
    """Notes whether the guard let the request pass: what a view answers afterwards may look just the same."""

    def watch(guard):
        def watched(audience):
            answer = guard(audience)
            admitted.append(answer is None)
            return answer

        return watched

    for kind, guard in list(guards.items()):
        monkeypatch.setitem(guards, kind, watch(guard))


def _outcome(response: TestResponse) -> str:
    refused = {401: "sign-in", 403: "no", 404: "hidden"}.get(response.status_code)
    if refused or admitted != [False]:
        return refused or "in"
    target = response.location or ""
    doors = {"/sign-in": "sign-in", "/prove": "prove", "/security?setup": "setup"}
    return next((word for start, word in doors.items() if target.startswith(start)), "away")


def test_every_page_comes_whole_and_as_a_region(cast, app):
    """The linter of the test client reads both."""
    things = furnish(cast)
    for path, method, rule in sorted(_routes(app), key=lambda route: route[:2]):
        if method != "GET":
            continue
        for who in ("owner", "staff owner"):
            client = cast[who]()
            address = _address(app, rule, things)
            whole = client.get(address, buffered=True)
            if whole.status_code == 200 and "HX-Request" in whole.vary:
                region = client.get(address, htmx="region", buffered=True)
                assert "<html" in whole.text, path
                assert region.status_code == 200, path
                assert "<html" not in region.text or region.headers["HX-Reselect"] == "#main", path
