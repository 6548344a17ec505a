"""One way to answer a person: `page` draws a whole page or, for htmx, its region; `done` goes on after a success."""

import json
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

WHOLE = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}


def wants_fragment() -> bool:
    """The one place that knows how htmx asks. A boosted link or a restored history entry wants the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request and htmx.target != "main"


def page(folder: str, *, region: str = "_region", status: int = 200, **context: Any) -> Response:
    """Draw templates/<folder>/page.html, or for an htmx request the partial <region>.html of the same folder.

    A page that has no such region is given whole, and htmx told to put it where a whole page belongs.
    """
    fragment = wants_fragment()
    regional = fragment and f"{folder}/{region}.html" in _templates()
    if regional:
        body = render_template(f"{folder}/{region}.html", **context) + render_template("ui/_toasts_oob.html")
    else:
        body = render_template(f"{folder}/page.html", **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    if fragment and not regional:
        response.headers.update(WHOLE)
    return response


def _templates() -> frozenset[str]:
    if "templates" not in current_app.extensions:
        current_app.extensions["templates"] = frozenset(current_app.jinja_env.list_templates(["html"]))
    return current_app.extensions["templates"]  # type: ignore[no-any-return]


def said(text: str, kind: str = "good") -> None:
    """Tell the person once, on the next thing drawn."""
    flash(text, kind)


def done(url: str, text: str | None = None, kind: str = "good") -> AnyResponse:
    """After an act: browsers are redirected, htmx loads the whole page into the main region."""
    if text:
        said(text, kind)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url, 303)
    response = make_response("", 204)
    response.headers["HX-Location"] = json.dumps(
        {"path": url, "target": "#main", "select": "#main", "swap": "outerHTML", "headers": {"HX-Boosted": "true"}}
    )
    return response


def leave(url: str) -> AnyResponse:
    """Go to a page whose shell differs (after sign-in, sign-out, a change of face): always a full load."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url, 303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return response


def safe_next(fallback: str) -> str:
    """The `next` parameter, if it stays on this site."""
    wanted = request.values.get("next", "")
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if local else fallback


def dom_id(thing: Any, part: str | None = None) -> str:
    name = f"{type(thing).__tablename__}-{thing.public_id}".replace("_", "-")
    return f"{name}-{part}" if part else name


def here() -> str:
    return url_for(request.endpoint or "kernel.home", **(request.view_args or {}))
