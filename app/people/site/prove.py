"""Proving again who one is, before something that cannot be taken back. Any one of a person's proofs will do."""

from typing import Any

from flask import g
from flask_babel import gettext as _

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.pages import leave, page, safe_next
from app.kernel.refusal import Refusal
from app.people import passkeys, second_factor, signing_in
from app.people.site import challenges, entering
from app.people.site.asking import ip, refused
from app.people.site.door import bp
from app.people.site.forms import PasskeyForm, ProveForm, SecondFactorForm


@bp.get("/prove")
@signed_in
def prove() -> Any:
    return page("people/prove", form=ProveForm(), **_around())


@bp.post("/prove")
@signed_in
def prove_by_password() -> Any:
    form = ProveForm()
    if not form.validate():
        return refused("people/prove", form, **_around())
    try:
        with transaction():
            right = signing_in.prove_password(g.me, form.password.data or "", ip=ip())
    except Refusal as refusal:
        return refused("people/prove", form, refusal, **_around())
    if not right:
        wrong = Refusal(_("This is not your password."), field="password")
        return refused("people/prove", form, wrong, **_around())
    return _proved()


@bp.post("/prove/code")
@signed_in
def prove_by_code() -> Any:
    form = SecondFactorForm()
    if not form.validate():
        return refused("people/prove", ProveForm(formdata=None), **_around(by_code=form))
    try:
        with transaction():
            how = second_factor.check(g.me, form.code.data or "")
    except Refusal as refusal:
        return refused("people/prove", ProveForm(formdata=None), refusal, **_around())
    if how is None:
        form.refuse(Refusal(_("This code is not right, or it was used already."), field="code"))
        return refused("people/prove", ProveForm(formdata=None), **_around(by_code=form))
    if how == "recovery_code":
        entering.say_codes_left(g.me)
    return _proved()


@bp.post("/prove/passkey")
@signed_in
def prove_by_passkey() -> Any:
    form = PasskeyForm()
    try:
        with transaction():
            passkeys.check(form.credential.data or "", challenges.relying_party(), challenges.taken(), g.me)
    except Refusal as refusal:
        return refused("people/prove", ProveForm(formdata=None), refusal, **_around())
    return _proved()


def _proved() -> Any:
    entering.note_proof()
    return leave(safe_next(entering.home_of(g.me)))


def _around(by_code: SecondFactorForm | None = None) -> dict[str, Any]:
    rp = challenges.relying_party()
    has_app = g.me.totp is not None and g.me.totp.confirmed_at is not None
    return {
        "next": safe_next(""),
        "passkey": passkeys.ask_for_one(rp, challenges.offered(), g.me) if g.me.passkeys else None,
        "by_code": (by_code or SecondFactorForm(formdata=None)) if has_app else None,
    }
