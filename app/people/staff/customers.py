"""Customers: the list, one of them, and what staff change about an account."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import companies, countries, notes, queries, roles, standing
from app.people.models import Account
from app.people.portal.company import CompanyForm
from app.people.queries import CustomerFilter
from app.people.staff import history
from app.people.staff.forms import ExemptionForm, NoteForm, ReasonForm

bp = Blueprint("people_staff", __name__, url_prefix="/staff/customers")

STATES = {
    "pending": (_l("pending"), "wait"),
    "active": (_l("active"), "good"),
    "suspended": (_l("suspended"), "warn"),
    "closed": (_l("closed"), "stop"),
}
SORTS = {"newest": _l("Newest first"), "oldest": _l("Oldest first"), "name": _l("By name")}


def account_or_404(public_id: str) -> Account:
    return find(Account, public_id) or abort(404)


@bp.get("")
@staff("accounts.view")
def index() -> Response:
    said = {name: request.args.get(name, "").strip() for name in ("q", "status", "country", "sort")}
    asked = CustomerFilter(
        text=said["q"],
        status=said["status"] if said["status"] in STATES else "",
        country=said["country"].upper(),
        sort=said["sort"] if said["sort"] in SORTS else "newest",
    )
    found = queries.customers(asked, after=request.args.get("after"), before=request.args.get("before"))
    kept: dict[str, Any] = {name: value for name, value in said.items() if value}
    return page(
        "people/staff_customers",
        region="_list",
        found=found,
        asked=asked,
        filtered=bool(asked.text or asked.status or asked.country),
        states=STATES,
        sorts=SORTS,
        countries=[(code, countries.name(code)) for code in queries.countries_in_use()],
        country_name=countries.name,
        earlier=found.earlier and url_for(".index", **kept, before=found.earlier),
        later=found.later and url_for(".index", **kept, after=found.later),
    )


@bp.get("/<public_id>")
@staff("accounts.view")
def show(public_id: str) -> Response:
    account = account_or_404(public_id)
    return page(
        "people/staff_customer",
        region="_customer",
        customer=account,
        state=STATES[account.status],
        people=queries.people_of(account),
        role_names=roles.LABELS,
        notes=notes.of(account),
        form=NoteForm(),
        acts=standing.possible(account),
        history=history.told(queries.history_of(account)),
        country_name=countries.name,
    )


@bp.route("/<public_id>/details", methods=["GET", "POST"])
@staff("accounts.edit")
def details(public_id: str) -> Response:
    account = account_or_404(public_id)
    form = _details(account)
    if form.validate_on_submit():
        try:
            with transaction():
                companies.change_details(account, form.details)
            return done(url_for(".show", public_id=public_id), _("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_customer_details",
        region="_form",
        status=422 if form.errors else 200,
        customer=account,
        form=form,
    )


@bp.route("/<public_id>/exemption", methods=["GET", "POST"])
@staff("accounts.edit")
def exemption(public_id: str) -> Response:
    account = account_or_404(public_id)
    form = ExemptionForm(exempt=account.tax_exempt, reason=account.tax_exempt_reason)
    if form.validate_on_submit():
        try:
            with transaction():
                standing.exempt_from_tax(account, exempt=form.exempt.data, reason=form.reason.data or "")
            return done(url_for(".show", public_id=public_id), _("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_customer_exemption",
        region="_form",
        status=422 if form.errors else 200,
        customer=account,
        form=form,
    )


@bp.route("/<public_id>/<any(activation, suspension, reopening, closure):act>", methods=["GET", "POST"])
@staff("accounts.suspend")
def status(public_id: str, act: str) -> Response:
    """A change of status: says what it will do, and asks why."""
    account = account_or_404(public_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                standing.change_status(account, act, form.reason.data or "")
            return done(url_for(".show", public_id=public_id), _done_words(act, account.name))
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_customer_status",
        region="_form",
        status=422 if form.errors else 200,
        customer=account,
        act=act,
        possible=act in standing.possible(account),
        form=form,
    )


def _done_words(act: str, name: str) -> str:
    return {
        "activation": _("%(name)s is active now.", name=name),
        "suspension": _("%(name)s is suspended.", name=name),
        "reopening": _("%(name)s may go on again.", name=name),
        "closure": _("%(name)s is closed.", name=name),
    }[act]


def _details(account: Account) -> CompanyForm:
    billing, shipping = account.address("billing"), account.address("shipping")
    return CompanyForm(obj=account, data={"billing": billing, "shipping": shipping, "elsewhere": shipping is not None})
