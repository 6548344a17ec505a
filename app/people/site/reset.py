"""A forgotten password."""

from typing import Any

from flask import session, url_for
from flask_babel import gettext as _

from app.kernel.audience import public, signed_link
from app.kernel.db import transaction
from app.kernel.pages import leave, page, said
from app.kernel.refusal import Refusal
from app.people import resetting
from app.people.site.asking import ip, refused
from app.people.site.door import bp
from app.people.site.forms import ForgotForm, NewPasswordForm
from app.people.site.verify import dead_link


@bp.get("/forgot")
@public
def forgot() -> Any:
    return page("people/forgot", form=ForgotForm())


@bp.post("/forgot")
@public
def ask_for_reset() -> Any:
    form = ForgotForm()
    if not form.validate():
        return refused("people/forgot", form)
    try:
        with transaction():
            resetting.ask(form.email.data or "", ip=ip())
    except Refusal as refusal:
        return refused("people/forgot", form, refusal)
    session["forgotten"] = form.email.data
    return leave(url_for("people_door.forgotten"))


@bp.get("/forgot/sent")
@public
def forgotten() -> Any:
    if "forgotten" not in session:
        return leave(url_for("people_door.forgot"))
    return page("people/forgotten", email=session["forgotten"])


@bp.get("/reset/<token>")
@signed_link
def reset(token: str) -> Any:
    try:
        user = resetting.asked_by(token)
    except Refusal as refusal:
        return dead_link(refusal, about_password=True)
    return page("people/reset", form=NewPasswordForm(), token=token, email=user.email)


@bp.post("/reset/<token>")
@signed_link
def reset_now(token: str) -> Any:
    form = NewPasswordForm()
    try:
        email = resetting.asked_by(token).email
        if not form.validate():
            return refused("people/reset", form, token=token, email=email)
        with transaction():
            resetting.reset(token, form.password.data or "")
    except Refusal as refusal:
        if refusal.field is None:
            return dead_link(refusal, about_password=True)
        return refused("people/reset", form, refusal, token=token, email=email)
    said(_("Your password is changed, and you were signed out everywhere. Sign in with the new one."))
    return leave(url_for("people_door.sign_in"))
