"""A browser without a screen: keeps cookies, sends the CSRF token, and has every page it gets read by the linter."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask import globals as flask_globals
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.kernel.db import db
from tests.support import pages
from tests.support.statements import counted


@contextmanager
def outside(app: Flask) -> Iterator[None]:
    """Leave the test's app context for a moment.

    A request (or job) within it would share its `g` and its session, which no real request ever does. What the
    test has added is committed first; what it has loaded is loaded anew afterwards.
    """
    current = flask_globals._cv_app.get(None)
    if current is None or current.app is not app:
        yield
        return
    assert not db.session.info.get("in_transaction_block"), "a request inside `with transaction():` would not see it"
    db.session.commit()
    token = flask_globals._cv_app.set(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        flask_globals._cv_app.reset(token)
        db.session.expire_all()


class Client(FlaskClient):
    linting = True  # a test about broken pages may turn it off

    def open(self, *args: Any, htmx: str | None = None, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """`htmx="the-id"` asks as htmx does for the element with that id; `csrf=False` forgets the token."""
        headers = dict(kwargs.pop("headers", None) or {})
        if htmx is not None:
            headers |= {"HX-Request": "true", "HX-Target": htmx}
        # Without this every answer counts as streamed, which the linter leaves unread.
        kwargs.setdefault("buffered", True)
        with outside(self.application):
            if csrf and kwargs.get("method") in {"POST", "PUT", "PATCH", "DELETE"}:
                headers.setdefault("X-CSRFToken", self.csrf_token())
            if headers or (args and isinstance(args[0], str)):
                kwargs["headers"] = headers
            with counted(self.application) as statements:
                response = super().open(*args, **kwargs)
        if self.linting:
            pages.check(response, statements)
        return response

    def csrf_token(self) -> str:
        """What a form of this browser's session would carry."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())  # noqa: S324
        return str(URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def submit(
        self, where: str | TestResponse, form: str = "form", /, *, htmx: bool = False, **fields: Any
    ) -> TestResponse:
        """Fill in a form as a person does: open the page, keep what it proposes, change `fields`, send it off.

        `form` is a CSS selector; the token in the page is the one that is sent.
        """
        response = self.get(where) if isinstance(where, str) else where
        found = pages.soup(response).select_one(form)
        assert found is not None, f"no {form!r} on {response.request.path}"
        if found.name != "form":
            found = found.find_parent("form") or found.select_one("form")
        assert found is not None, f"{form!r} on {response.request.path} is no form"
        data = pages.proposed(found)
        unknown = fields.keys() - pages.names(found)
        assert not unknown, f"the form has no {', '.join(sorted(unknown))}"
        data |= {name: value for name, value in fields.items() if value is not None}
        action = str(found.get("action") or response.request.path)
        method = str(found.get("method") or "get").upper()
        target = str(found.get("hx-target", "")).removeprefix("#") if htmx else None
        key = "query_string" if method == "GET" else "data"
        return self.open(action, method=method, htmx=target, csrf=False, **{key: data})
