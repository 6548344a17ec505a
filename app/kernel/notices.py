"""Things the web glue notices that somebody may want on record: forged tokens, stolen cookies, floods."""

from typing import Any

from blinker import signal
from flask import current_app

noticed = signal("hostler-security-notice")


def notice(what: str, **detail: Any) -> None:
    noticed.send(current_app._get_current_object(), what=what, detail=detail)  # type: ignore[attr-defined]  # noqa: SLF001  # a proxy's own accessor
