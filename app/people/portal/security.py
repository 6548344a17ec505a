"""A person's proofs on one page, and where they are signed in."""

from typing import Any

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _

from app.kernel import sessions
from app.kernel.audience import signed_in
from app.kernel.db import after_commit, transaction
from app.kernel.pages import done, page
from app.people import places, second_factor
from app.people.auditing import record

bp = Blueprint("people_security", __name__, url_prefix="/security")


@bp.get("")
@signed_in
def show() -> Any:
    app = g.me.totp
    return page(
        "people/security",
        app=app if app and app.confirmed_at else None,
        passkeys=sorted(g.me.passkeys, key=lambda one: one.id),
        codes_left=second_factor.codes_left(g.me),
        sessions=sessions.sessions_of(g.me.public_id),
        device=device,
    )


@bp.post("/sessions/<handle>/end")
@signed_in
def end_session(handle: str) -> Any:
    if not any(one.handle == handle for one in sessions.sessions_of(g.me.public_id)):
        abort(404)
    with transaction():
        after_commit(lambda: _revoke(handle))
        record("session.ended", g.me)
    return done(url_for("people_security.show"), _("Signed out there."))


@bp.post("/sessions/end")
@signed_in
def end_other_sessions() -> Any:
    with transaction():
        after_commit(_revoke_others)
        record("session.others_ended", g.me)
    return done(url_for("people_security.show"), _("You are signed out everywhere but here."))


def _revoke(handle: str) -> None:
    sessions.revoke(g.me.public_id, handle)


def _revoke_others() -> None:
    sessions.revoke_others(g.me.public_id)


def device(agent: str) -> str:
    browser, system = places.browser_of(agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")
