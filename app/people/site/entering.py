"""Coming in, half or whole, and going out: what that does to the session."""

from typing import Any

from flask import g, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_user
from werkzeug.wrappers import Response as AnyResponse

from app.kernel import clock, sessions
from app.kernel.db import find, transaction
from app.kernel.pages import leave, safe_next, said
from app.people import second_factor, signing_in
from app.people.models import User
from app.people.site.asking import agent, ip

HALF_WAY_LASTS = 300  # seconds


def go_half_way(user: User, *, remember: bool) -> AnyResponse:
    """The password was right; the second factor is still to come. Nobody is signed in yet."""
    wanted = safe_next("")
    session.clear()
    sessions.rotate()
    session["half_in"] = {
        "user": user.public_id,
        "at": clock.now().timestamp(),
        "remember": remember,
        "next": wanted,
    }
    return leave(url_for("people_door.second_factor"))


def half_way() -> tuple[User, dict[str, Any]] | None:
    waiting = session.get("half_in")
    if not waiting or clock.now().timestamp() - waiting["at"] > HALF_WAY_LASTS:
        session.pop("half_in", None)
        return None
    user = find(User, waiting["user"])
    return (user, waiting) if user and user.is_active else None


def enter(user: User, method: str, *, remember: bool, wanted: str | None = None) -> AnyResponse:
    """A new session under a new name: nothing that a stranger may have planted in the old one comes along."""
    target = wanted if wanted is not None else safe_next("")
    session.clear()
    sessions.rotate()
    login_user(user)
    now = clock.now().timestamp()
    session.update(
        proved_at=now,
        started=now,
        remember=remember,
        ip=ip(),
        agent=agent(),
    )
    g.pop("presence", None)
    with transaction():
        signing_in.note_arrival(user, method, ip=ip(), agent=agent())
    return leave(target or home_of(user))


def home_of(user: User) -> str:
    return url_for("office_staff.home" if user.is_staff else "office_portal.home")


def go_out() -> AnyResponse:
    """The session ends on the server, and the browser drops what it kept of our pages."""
    sessions.rotate()
    session.clear()
    say_at_door(_("You are signed out."))
    answer = leave(url_for("people_door.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def say_at_door(text: str, email: str = "", *, kind: str = "good") -> None:
    """The sign-in page says this once, in its card, with the address filled in. No address ever stands in a URL."""
    session["at_door"] = {"word": text, "kind": kind, "email": email}


def word_at_door() -> dict[str, str]:
    word: dict[str, str] = session.pop("at_door", {})
    return word


def say_codes_left(user: User) -> None:
    """Whoever has spent a recovery code had better know how many more there are."""
    left = second_factor.codes_left(user)
    if left:
        text = ngettext("That was a recovery code. One is left.", "That was a recovery code. %(num)s are left.", left)
    else:
        text = _("That was your last recovery code. Make new ones on the security page.")
    said(text, "warn")


def note_proof() -> None:
    session["proved_at"] = clock.now().timestamp()
