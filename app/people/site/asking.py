"""What the views at the door have in common: who asks, and how a refusal is shown."""

from typing import Any

from flask import Response, request

from app.kernel.forms import Form
from app.kernel.pages import page
from app.kernel.refusal import Refusal
from app.people.waiting import TooSoon

UNPROCESSABLE = 422
TOO_MANY = 429


def ip() -> str:
    return request.remote_addr or ""


def agent() -> str:
    return request.headers.get("User-Agent", "")[:400]


def refused(folder: str, form: Form, refusal: Refusal | None = None, **context: Any) -> Response:
    """The page again, with what was typed and what is wrong with it."""
    if refusal:
        form.refuse(refusal)
    if not isinstance(refusal, TooSoon):
        return page(folder, status=UNPROCESSABLE, form=form, **context)
    answer = page(folder, status=TOO_MANY, form=form, **context)
    answer.headers["Retry-After"] = str(refusal.seconds)
    return answer
