"""Letters are written in templates/mail/<name>.md: a few headed lines, an empty line, then Markdown.

    Subject: …      what the list of mails shows
    Preview: …      what it shows beside that
    Why: …          why the reader gets this, in the footer

Values may hold anything that people typed: each is escaped for Markdown before the template sees it, so that a name
can neither dress up as a link nor break a line. Times and numbers pass as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

from app.kernel import mail_text
from app.kernel.colours import accent_of
from app.kernel.locales import regional
from app.kernel.settings import current_settings


class Link(str):
    """An address that we made ourselves: it stands in a template as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


def compose(template: str, locale: str, values: Mapping[str, Any], *, stop_url: str = "") -> Composed:
    """`stop_url` leads to the page where the reader switches letters of this kind off."""
    settings = current_settings()
    accent = accent_of(settings.brand_hue)
    with force_locale(regional(locale)):
        safe = {name: _safe(value) for name, value in values.items()}
        source = _render(f"{template}.md", **safe, brand=mail_text.escape(settings.brand_name))
        heads, _, body = source.strip().partition("\n\n")
        said = dict(line.split(": ", 1) for line in heads.splitlines())
        subject, preview, why = (mail_text.line_of(said[name]) for name in ("Subject", "Preview", "Why"))
        around = {"brand_name": settings.brand_name, "why": why, "stop_url": stop_url, "url": settings.public_url}
        return Composed(
            subject=subject,
            text=_render("layout.txt", body=mail_text.text_of(body), **around),
            html=_render(
                "layout.html",
                body=mail_text.html_of(body, accent=accent),
                subject=subject,
                preview=preview,
                accent=accent,
                locale=locale,
                **around,
            ),
        )


def _render(name: str, /, **values: Any) -> str:
    """Without what pages have around them: a letter is written where there is no request and nobody is here."""
    return current_app.jinja_env.get_template(f"mail/{name}").render(values)


def _safe(value: Any) -> Any:
    return mail_text.escape(value) if isinstance(value, str) and not isinstance(value, Link) else value
