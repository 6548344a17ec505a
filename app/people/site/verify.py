"""Confirming an address: one's first, and one that replaces it. A link shows a button; the button does it."""

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from app.kernel.audience import signed_in, signed_link
from app.kernel.db import transaction
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, leave, page, said
from app.kernel.refusal import Refusal
from app.people import changing_email, verifying
from app.people.models import User
from app.people.presence import arrive
from app.people.site import entering
from app.people.site.asking import refused
from app.people.site.door import bp
from app.people.site.forms import ButtonForm

GONE = 410
# What a link was for is so already: nothing went wrong.
DONE_BEFORE = {
    "verified": _l("Your address is confirmed"),
    "accepted": _l("You have accepted this invitation"),
}


@bp.get("/verify")
@signed_in
def verify_notice() -> Any:
    if g.me.email_verified_at:
        return leave(entering.home_of(g.me))
    return page("people/verify_notice", form=ButtonForm())


@bp.post("/verify")
@signed_in
def send_verification_again() -> Any:
    form = ButtonForm()
    try:
        with transaction():
            verifying.ask(g.me)
    except Refusal as refusal:
        return refused("people/verify_notice", form, refusal)
    return done(url_for("people_door.verify_notice"), _("A new e-mail is on its way to %(email)s.", email=g.me.email))


@bp.get("/verify/<token>")
@signed_link
def verify(token: str) -> Any:
    try:
        user = verifying.asked_by(token)
    except Refusal as refusal:
        return dead_link(refusal)
    return page("people/verify", form=ButtonForm(), token=token, email=user.email)


@bp.post("/verify/<token>")
@signed_link
def verify_now(token: str) -> Any:
    try:
        with transaction():
            user = verifying.verify(token)
    except Refusal as refusal:
        return dead_link(refusal)
    return _go_on(user, _("Thank you, your e-mail address is confirmed."))


@bp.get("/email/<token>")
@signed_link
def confirm_email(token: str) -> Any:
    try:
        with transaction():
            user, email = changing_email.asked_by(token)
    except Refusal as refusal:
        return dead_link(refusal)
    return page("people/confirm_email", form=ButtonForm(), token=token, old=user.email, new=email)


@bp.post("/email/<token>")
@signed_link
def confirm_email_now(token: str) -> Any:
    try:
        with transaction():
            user = changing_email.confirm(token)
    except Refusal as refusal:
        return dead_link(refusal)
    return _go_on(user, _("From now on you sign in with %(email)s.", email=user.email))


def dead_link(refusal: Refusal, *, about_password: bool = False) -> Any:
    """A link that is broken, old or used is a page with the next step on it, not an error."""
    heading = DONE_BEFORE.get(refusal.code or "", _("This link no longer works"))
    return page("people/link", status=GONE, refusal=refusal, heading=heading, about_password=about_password)


def _go_on(user: User, text: str) -> Any:
    here = arrive()
    if here is None:
        entering.say_at_door(text, user.email)
        return leave(url_for("people_door.sign_in"))
    said(text)
    return leave(entering.home_of(here.person))
