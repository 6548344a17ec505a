"""What every template may use, and nothing more: undefined names are errors."""

from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

from flask import Flask, templating
from jinja2 import StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.kernel import acting, locales, navigation, pages
from app.kernel.settings import current_settings


class Environment(templating.Environment):
    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Templates share one set of globals. Jinja would chain an empty one before it for each, and walk that chain
        at each `{% from … import %}`.
        """
        return super().make_globals(own) if own else self.globals


@pass_eval_context
def translated(around: EvalContext, text: str, /, **values: object) -> str:
    """What Jinja's own `_` does in four calls, a page's every few words."""
    said = locales.texts.get_translations().ugettext(text)
    if around.autoescape:
        said = Markup(said)  # noqa: S704  # our own words; the values are escaped as they are put in
    return said % values if "%" in said else said


def init_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(dom_id=pages.dom_id, navigation=navigation, languages=locales.LANGUAGES, _=translated)

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
