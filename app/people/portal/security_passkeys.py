"""A person's passkeys: adding, naming and removing them."""

from typing import Any

from flask import abort, g, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel.audience import signed_in
from app.kernel.db import db, transaction
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import passkeys
from app.people.models import Passkey
from app.people.portal.security import bp, device
from app.people.portal.security_forms import NewPasskeyForm, PasskeyNameForm
from app.people.site import challenges
from app.people.site.asking import agent, refused


@bp.get("/passkeys")
@signed_in(fresh=True)
def new_passkey() -> Any:
    return page("people/passkey_new", form=NewPasskeyForm(name=device(agent())), **_asked())


@bp.post("/passkeys")
@signed_in(fresh=True)
def add_passkey() -> Any:
    form = NewPasskeyForm()
    rp, challenge = challenges.relying_party(), challenges.taken()
    if not form.validate():
        return refused("people/passkey_new", form, **_asked())
    try:
        with transaction():
            codes = passkeys.add(g.me, form.credential.data or "", rp, challenge, form.name.data or "")
    except Refusal as refusal:
        return refused("people/passkey_new", form, refusal, **_asked())
    if codes:
        return page("people/codes", codes=codes)
    return done(url_for("people_security.show"), _("The passkey is ready."))


@bp.get("/passkeys/<public_id>")
@signed_in
def passkey(public_id: str) -> Any:
    one = _mine(public_id)
    return page("people/passkey", form=PasskeyNameForm(obj=one), passkey=one)


@bp.post("/passkeys/<public_id>")
@signed_in
def name_passkey(public_id: str) -> Any:
    one, form = _mine(public_id), PasskeyNameForm()
    if not form.validate():
        return refused("people/passkey", form, passkey=one)
    with transaction():
        passkeys.rename(one, form.name.data or "")
    return done(url_for("people_security.show"), _("Saved."))


@bp.post("/passkeys/<public_id>/removal")
@signed_in(fresh=True)
def remove_passkey(public_id: str) -> Any:
    try:
        with transaction():
            passkeys.remove(_mine(public_id))
    except Refusal as refusal:
        return done(url_for("people_security.show"), str(refusal), kind="stop")
    return done(url_for("people_security.show"), _("The passkey is removed. Delete it from your device as well."))


def _mine(public_id: str) -> Passkey:
    wanted = select(Passkey).where(Passkey.public_id == public_id, Passkey.user_id == g.me.id)
    return db.session.scalars(wanted).first() or abort(404)


def _asked() -> dict[str, Any]:
    return {"options": passkeys.ask_to_make(g.me, challenges.relying_party(), challenges.offered())}
