"""Changing what one signs in with: the password and the address."""

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from app.kernel import sessions
from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import changing_email, passwords, signing_in
from app.people.portal.security import bp
from app.people.portal.security_forms import ChangeEmailForm, ChangePasswordForm
from app.people.site.asking import ip, refused
from app.people.site.entering import note_proof


@bp.get("/password")
@signed_in
def password() -> Any:
    return page("people/password", form=ChangePasswordForm())


@bp.post("/password")
@signed_in
def change_password() -> Any:
    form = ChangePasswordForm()
    if not form.validate():
        return refused("people/password", form)
    try:
        with transaction():
            right = signing_in.prove_password(g.me, form.current.data or "", ip=ip())
        if not right:
            return refused("people/password", form, Refusal(_("This is not your password."), field="current"))
        with transaction():
            passwords.change(g.me, form.password.data or "", before=form.current.data)
    except Refusal as refusal:
        return refused("people/password", form, refusal)
    sessions.rotate()
    note_proof()
    return done(url_for("people_security.show"), _("Your password is changed. Everywhere else you are signed out."))


@bp.get("/email")
@signed_in(fresh=True)
def email() -> Any:
    return page("people/email", form=ChangeEmailForm())


@bp.post("/email")
@signed_in(fresh=True)
def change_email() -> Any:
    form = ChangeEmailForm()
    if not form.validate():
        return refused("people/email", form)
    try:
        with transaction():
            changing_email.ask(g.me, form.email.data or "")
    except Refusal as refusal:
        return refused("people/email", form, refusal)
    text = _("An e-mail is on its way to %(email)s. The change counts once you open its link.", email=form.email.data)
    return done(url_for("people_security.show"), text)


@bp.post("/email/again")
@signed_in(fresh=True)
def send_email_change_again() -> Any:
    wanted = g.me.pending_email
    if wanted is None:
        return done(url_for("people_security.show"), _("No change of address is waiting."), "warn")
    try:
        with transaction():
            changing_email.ask(g.me, wanted)
    except Refusal as refusal:
        return done(url_for("people_security.show"), str(refusal), "stop")
    return done(url_for("people_security.show"), _("A new e-mail is on its way to %(email)s.", email=wanted))


@bp.post("/email/cancellation")
@signed_in
def cancel_email_change() -> Any:
    with transaction():
        changing_email.cancel(g.me)
    return done(url_for("people_security.show"), _("Your address stays %(email)s.", email=g.me.email))
