"""The app that shows codes, and the recovery codes for the day it is gone."""

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.pages import done, leave, page, said
from app.kernel.refusal import Refusal
from app.people import second_factor
from app.people.models import Totp
from app.people.portal.security import bp
from app.people.portal.security_forms import ConfirmTotpForm
from app.people.site.asking import refused


@bp.post("/totp")
@signed_in(fresh=True)
def begin_totp() -> Any:
    with transaction():
        second_factor.prepare_totp(g.me)
    return done(url_for("people_security.totp"))


@bp.get("/totp")
@signed_in(fresh=True)
def totp() -> Any:
    pending = _pending()
    if pending is None:
        return leave(url_for("people_security.show"))
    return page("people/totp", form=ConfirmTotpForm(), **_picture(pending))


@bp.post("/totp/confirmation")
@signed_in(fresh=True)
def confirm_totp() -> Any:
    form, pending = ConfirmTotpForm(), _pending()
    if pending is None:
        return leave(url_for("people_security.show"))
    if not form.validate():
        return refused("people/totp", form, **_picture(pending))
    try:
        with transaction():
            codes = second_factor.confirm_totp(g.me, form.code.data or "")
    except Refusal as refusal:
        return refused("people/totp", form, refusal, **_picture(pending))
    if codes:
        return page("people/codes", codes=codes)
    return done(url_for("people_security.show"), _("From now on we ask for a code when you sign in."))


@bp.post("/totp/removal")
@signed_in(fresh=True)
def remove_totp() -> Any:
    try:
        with transaction():
            second_factor.remove_totp(g.me)
    except Refusal as refusal:
        return done(url_for("people_security.show"), str(refusal), kind="stop")
    return done(url_for("people_security.show"), _("The app is no longer asked for."))


@bp.post("/codes")
@signed_in(fresh=True)
def new_codes() -> Any:
    if not g.me.has_second_factor:
        said(_("Recovery codes stand in for a second factor. Set one up first."), "warn")
        return leave(url_for("people_security.show"))
    with transaction():
        codes = second_factor.new_codes(g.me)
    return page("people/codes", codes=codes)


def _pending() -> Totp | None:
    mine: Totp | None = g.me.totp
    return mine if mine and mine.confirmed_at is None else None


def _picture(pending: Totp) -> dict[str, Any]:
    import segno

    address = second_factor.address_for_app(pending)
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#fff")
    words = [pending.secret[at : at + 4] for at in range(0, len(pending.secret), 4)]
    return {"picture": picture, "secret": " ".join(words), "address": address}
