"""API tokens: a customer's for the account that is open, a colleague's for staff work. One page, two doors."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel import clock, permissions
from app.kernel.audience import customer, staff
from app.kernel.db import find, transaction
from app.kernel.forms import Form, choices
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.kernel.permissions import Face
from app.kernel.refusal import Refusal
from app.people import roles, tokens
from app.people.models import Account, ApiToken

bp = Blueprint("people_tokens", __name__, url_prefix="/account/tokens")
staff_bp = Blueprint("people_staff_tokens", __name__, url_prefix="/staff/tokens")

LIFETIMES = {"30": _l("30 days"), "90": _l("90 days"), "365": _l("A year"), "never": _l("Until it is revoked")}
PROPOSED = {"account.view", "staff.home"}  # without it a token cannot even ask who it is


class TokenForm(Form):
    name = StringField(_l("What is it for?"), [DataRequired(_l("Give the token a name."))])
    abilities = SelectMultipleField(_l("What may it do?"), option_widget=CheckboxInput(), widget=ListWidget())
    lifetime = RadioField(_l("How long does it work?"), choices=choices(LIFETIMES.items()), default="90")

    @property
    def expires_at(self) -> datetime | None:
        days = self.lifetime.data
        return None if days == "never" else clock.now() + timedelta(days=int(days))


@bp.get("")
@customer("tokens.manage")
def show() -> Response:
    return _draw("customer", _form("customer"))


@bp.post("")
@customer("tokens.manage")
def create() -> Response:
    return _create("customer")


@bp.post("/<public_id>/revocation")
@customer("tokens.manage")
def revoke(public_id: str) -> Response:
    return _revoke("customer", public_id)


@staff_bp.get("")
@staff("staff.home")
def staff_show() -> Response:
    return _draw("staff", _form("staff"))


@staff_bp.post("")
@staff("staff.home")
def staff_create() -> Response:
    return _create("staff")


@staff_bp.post("/<public_id>/revocation")
@staff("staff.home")
def staff_revoke(public_id: str) -> Response:
    return _revoke("staff", public_id)


def _create(face: Face) -> Response:
    form = _form(face)
    if form.validate_on_submit():
        try:
            with transaction():
                abilities = form.abilities.data or []
                secret = tokens.make(
                    g.me, _account(face), name=form.name.data or "", abilities=abilities, expires_at=form.expires_at
                )
            # In this answer and nowhere else: neither an address nor the session ever holds it.
            return _draw(face, _form(face, empty=True), secret=secret)
        except Refusal as refusal:
            form.refuse(refusal)
    return _draw(face, form, status=422)


def _revoke(face: Face, public_id: str) -> Response:
    token = find(ApiToken, public_id)
    if token is None or token.user_id != g.me.id or token.account is not _account(face):
        abort(404)
    with transaction():
        tokens.revoke(token)
    return done(_url("show", face), _("The token %(name)s no longer works.", name=token.name))


def _url(act: str, face: Face, **values: Any) -> str:
    return url_for(f"people_tokens.{act}" if face == "customer" else f"people_staff_tokens.staff_{act}", **values)


def _account(face: Face) -> Account | None:
    return g.account if face == "customer" else None


def _form(face: Face, *, empty: bool = False) -> TokenForm:
    held = roles.of(g.presence.membership.role) if face == "customer" else g.presence.staff_permissions
    offered = tokens.grantable(face, held)
    proposed = {"abilities": [one.name for one in offered if one.name in PROPOSED]}
    form = TokenForm(formdata=None, data=proposed) if empty else TokenForm(data=proposed)
    form.abilities.choices = choices((one.name, one.label) for one in offered)
    return form


def _draw(face: Face, form: TokenForm, *, secret: str | None = None, status: int = 200) -> Response:
    return page(
        "people/tokens",
        region="_tokens",
        status=status,
        form=form,
        secret=secret,
        tokens=tokens.tokens_of(g.me, _account(face)),
        labels={name: one.label for (kind, name), one in permissions.catalogue.items() if kind == face},
        now=clock.now(),
        face=face,
        url=partial(_url, face=face),
    )
