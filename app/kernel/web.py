"""Around every request: its id, its limits, its headers, and who is let in."""

import time
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from app.kernel import audience
from app.kernel.db import new_code
from app.kernel.settings import LOOPBACK, current_settings

log = structlog.get_logger()
csrf = CSRFProtect()
htmx = Htmx()

MOST_BYTES = 2 * 1024 * 1024
SLOW = 1.0  # seconds
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def init_web(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # _refuse_forgeries does it, once it is known who asks
        SESSION_COOKIE_NAME="__Host-hostler" if settings.secure else "hostler",
        SESSION_COOKIE_SECURE=settings.secure,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    htmx.init_app(app)
    checks = app.before_request_funcs.setdefault(None, [])
    checks[:0] = [_begin, _stay_home, _refuse_garbage, audience.admit, _refuse_forgeries]
    app.after_request(_finish)


def exempt_machines(app: Flask) -> None:
    """Vendors and nodes sign their requests; they have no session to forge."""
    for endpoint, view in app.view_functions.items():
        said = audience.audience_of(app, endpoint)
        if said and said.kind in audience.NO_BROWSER:
            csrf.exempt(view)


def _begin() -> None:
    g.request_id = f"req_{new_code(12)}"
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _stay_home() -> None:
    """The demo lets anyone in as anyone: only this machine may ask, and only by its own name (DNS rebinding)."""
    settings = current_settings()
    if settings.mode != "demo":
        return
    name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    if name.strip("[]") not in LOOPBACK or request.remote_addr not in {"127.0.0.1", "::1"}:
        abort(403)


def _refuse_garbage() -> None:
    """Broken UTF-8 and NUL reach no view and no database."""
    raw = [unquote_to_bytes(request.query_string), request.environ.get("PATH_INFO", "").encode("latin-1")]
    if any(map(_is_garbage, raw)) or "\ufffd" in request.path:
        abort(400)
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"} or _by_machine():
        return
    if request.content_length and request.mimetype not in FORM_TYPES:
        abort(415)
    if request.mimetype == "application/x-www-form-urlencoded" and _is_garbage(unquote_to_bytes(request.get_data())):
        abort(400)
    sent = [text for pairs in request.form.lists() for text in (pairs[0], *pairs[1])]
    sent += [file.filename or "" for file in request.files.values()]
    if any("\0" in text or "\ufffd" in text for text in sent):
        abort(400)


def _is_garbage(part: bytes) -> bool:
    try:
        return "\0" in part.decode()
    except UnicodeDecodeError:
        return True


def _refuse_forgeries() -> None:
    """Another site can make a browser send its cookies, but no bearer token: who shows a good one means it."""
    if not g.get("by_token", False):
        csrf.protect(apply_exemptions=True)


def _by_machine() -> bool:
    said = audience.audience_of(current_app, request.endpoint) if request.endpoint else None
    return said is not None and said.kind in audience.NO_BROWSER


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if current_settings().secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if "Cache-Control" not in response.headers and g.get("private", False):
        # What a signed-in person saw must not come back with the back button after signing out.
        response.headers["Cache-Control"] = "no-store"
    took = time.perf_counter() - g.get("started", time.perf_counter())
    report = log.warning if took > SLOW else log.info
    if not request.path.startswith(("/assets/", "/static/", "/healthz", "/readyz", "/metrics")):
        report(
            "request", method=request.method, path=request.path, status=response.status_code, ms=round(took * 1000, 1)
        )
    return response
