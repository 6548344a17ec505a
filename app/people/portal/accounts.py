"""The accounts a person belongs to, and going from one to another."""

from typing import Any

from flask import Blueprint, abort, g, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.forms import Form, choices
from app.kernel.lazy import lazy as _l
from app.kernel.pages import leave, page, said
from app.kernel.refusal import Refusal
from app.people import countries, opening, roles
from app.people.models import Account, MembershipRole
from app.people.presence import forget_account

bp = Blueprint("people_accounts", __name__)


class AccountForm(Form):
    name = StringField(_l("Account name"), [DataRequired(_l("Fill in a name."))])
    country = SelectField(_l("Country"), [DataRequired(_l("Choose a country from the list."))])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country.choices = choices([("", _("Choose a country")), *countries.choices()])


def _show(form: AccountForm, **options: Any) -> Response:
    lines = [
        (one, one is g.presence.membership, roles.LABELS[MembershipRole(one.role)]) for one in g.presence.memberships
    ]
    return page("people/accounts", form=form, lines=lines, **options)


@bp.get("/accounts")
@signed_in
def show() -> Response:
    return _show(AccountForm())


@bp.post("/accounts")
@signed_in
def create() -> Response:
    form = AccountForm()
    if form.validate_on_submit():
        try:
            with transaction():
                account = opening.open_account(g.me, name=form.name.data or "", country=form.country.data)
            said(_("The account %(name)s is open.", name=account.name))
            return _go_to(account)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(form, region="_form", status=422)


@bp.post("/account/switch")
@signed_in
def switch() -> Response:
    wanted = request.form.get("account", "")
    mine = next((one.account for one in g.presence.memberships if one.account.public_id == wanted), None)
    if mine is None:
        abort(404)
    return _go_to(mine)


def _go_to(account: Account) -> Response:
    forget_account()
    session["account"] = account.public_id
    return leave(url_for("office_portal.home"))
