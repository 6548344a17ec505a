"""What every template may use, and nothing more: undefined names are errors."""

from types import SimpleNamespace

from flask import Flask
from jinja2 import StrictUndefined

from app.kernel import acting, locales, navigation, pages
from app.kernel.settings import current_settings


def init_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(dom_id=pages.dom_id, navigation=navigation, languages=locales.LANGUAGES)

    @app.context_processor
    def surroundings() -> dict[str, object]:
        settings = current_settings()
        return {
            "brand": SimpleNamespace(name=settings.brand_name, hue=settings.brand_hue),
            "actor": acting.current(),
            "locale": locales.current_locale(),
            "theme": locales.current_theme(),
            "mode": settings.mode,
        }
