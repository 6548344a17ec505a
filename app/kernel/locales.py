"""Language, time zone and theme of the person who reads."""

from typing import Any, cast

from babel.support import NullTranslations
from flask import Blueprint, Flask, abort, g, has_request_context, request
from flask_babel import Babel, Domain, _get_current_context
from werkzeug.wrappers import Response

from app.kernel.audience import public
from app.kernel.pages import leave, safe_next
from app.kernel.settings import current_settings

LANGUAGES = {"en": "English", "nl": "Nederlands"}
REGIONS = {"en": "en_GB"}  # whose way of writing dates and numbers: a European house does not write 11/21
THEMES = ("system", "light", "dark")
A_YEAR = 365 * 24 * 3600

bp = Blueprint("kernel", __name__)


class Texts(Domain):
    def get_translations(self) -> NullTranslations:
        """Once a language instead of once a text. `force_locale` and `refresh` empty this very place."""
        around: Any = _get_current_context()
        if around is None:
            return NullTranslations()
        if getattr(around, "babel_translations", None) is None:
            around.babel_translations = super().get_translations()  # type: ignore[no-untyped-call]
        return cast("NullTranslations", around.babel_translations)


babel = Babel()
texts = babel.domain_instance = Texts()  # type: ignore[no-untyped-call]


def current_locale() -> str:
    if not has_request_context():
        return "en"
    chosen = request.cookies.get("locale") or g.get("user_locale")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def regional(language: str) -> str:
    return REGIONS.get(language, language)


def current_theme() -> str:
    theme = request.cookies.get("theme", "system")
    return theme if theme in THEMES else "system"


@bp.post("/choose")
@public
def choose() -> Response:
    """Keep a language or a theme in a cookie of its own: it holds before sign-in and outlives the session."""
    answer = leave(safe_next("/"))
    choices: dict[str, tuple[str, ...]] = {"locale": tuple(LANGUAGES), "theme": THEMES}
    for name, allowed in choices.items():
        value = request.form.get(name)
        if value is None:
            continue
        if value not in allowed:
            abort(400)
        remember(answer, name, value)
    return answer


def remember(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=current_settings().secure, httponly=True)


def init_locales(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str((app.config["ROOT"] / "translations").resolve())
    babel.init_app(
        app,
        locale_selector=lambda: regional(current_locale()),
        timezone_selector=lambda: str(current_settings().zone),
    )
    app.register_blueprint(bp)
