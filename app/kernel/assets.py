"""Our CSS and JS, each as one file under a name that changes with its contents: no build step, nothing on disk."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.kernel.audience import public
from app.kernel.settings import current_settings

FOREVER = "public, max-age=31536000, immutable"
BUNDLES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Bundle:
    name: str
    body: bytes
    packed: bytes


def make_bundle(static: Path, kind: str) -> Bundle:
    folder = static / kind
    files = (folder / "bundle.txt").read_text().split()
    body = b"\n".join((folder / name).resolve().read_bytes() for name in files)
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Bundle(f"hostler.{digest}.{kind}", body, gzip.compress(body, 9))


def init_assets(app: Flask) -> None:
    static = Path(app.static_folder or "static")
    app.extensions["bundles"] = {kind: make_bundle(static, kind) for kind in BUNDLES}
    hashes: dict[str, str] = {}

    def add_hash(endpoint: str, values: dict[str, str]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not name or "v" in values:
            return
        if name not in hashes:
            path = static / name
            hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
        values["v"] = hashes[name]

    app.url_defaults(add_hash)
    app.jinja_env.globals.update(stylesheet_url=lambda: _url("css"), script_url=lambda: _url("js"))
    app.register_blueprint(bp)


def _bundles() -> dict[str, Bundle]:
    return current_app.extensions["bundles"]  # type: ignore[no-any-return]


def _url(kind: str) -> str:
    return url_for("assets.bundle", name=_bundles()[kind].name)


@bp.get("/assets/<name>")
@public
def bundle(name: str) -> Response:
    kind = name.rpartition(".")[2]
    wanted = _bundles().get(kind) or abort(404)
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(wanted.packed if packed else wanted.body, content_type=BUNDLES[kind])
    if packed:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    # During a roll-out a page of the old release may ask a new process: answer it, but let nobody keep the answer.
    answer.headers["Cache-Control"] = FOREVER if name == wanted.name else "no-store"
    return answer


@bp.get("/brand.css")
@public
def brand_css() -> Response:
    answer = Response(f":root{{--hue:{current_settings().brand_hue}}}\n", content_type=BUNDLES["css"])
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
