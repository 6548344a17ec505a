"""Who the account is: names, tax number, addresses."""

from typing import Any

from flask import Blueprint, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Optional

from app.kernel.audience import customer
from app.kernel.db import transaction
from app.kernel.forms import Form, beside_the_field, choices
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import companies, countries, tax_ids
from app.people.companies import Details, Place

bp = Blueprint("people_company", __name__, url_prefix="/account")


class AddressForm(Form):
    class Meta(Form.Meta):
        csrf = False  # the form around it has the token

    country = SelectField(_l("Country"), [DataRequired(_l("Choose a country."))])
    name = StringField(_l("Addressed to"), [Optional()])
    line1 = StringField(_l("Street and number"), [DataRequired(_l("Fill in the street and number."))])
    line2 = StringField(_l("Floor, building, post box"), [Optional()])
    postal_code = StringField(_l("Postal code"))
    city = StringField(_l("City"), [DataRequired(_l("Fill in the city."))])
    region = StringField(_l("State, province or county"), [Optional()])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country.choices = choices([("", _("Choose a country")), *countries.choices()])

    def validate_postal_code(self, field: StringField) -> None:
        with beside_the_field():
            companies.postal_code(field.data or "", self.country.data or "")

    @property
    def place(self) -> Place:
        return Place(**self.data)


class ElsewhereField(FormField):  # type: ignore[type-arg]
    """Asks for nothing while the post goes where the invoices go."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        return not form.elsewhere.data or bool(super().validate(form, extra_validators))


class CompanyForm(Form):
    name = StringField(_l("Account name"), [DataRequired(_l("Fill in a name."))])
    company = StringField(_l("Company"), [Optional()])
    phone = StringField(_l("Telephone"), [Optional()])
    tax_id = StringField(_l("VAT or tax number"), [Optional()])
    billing = FormField(AddressForm)
    elsewhere = BooleanField(_l("Post goes to another address"))
    shipping = ElsewhereField(AddressForm)

    def validate_phone(self, field: StringField) -> None:
        with beside_the_field():
            companies.check_phone(field.data or "")

    def validate_tax_id(self, field: StringField) -> None:
        country = self.billing.form.country.data or ""
        if countries.is_country(country):
            with beside_the_field():
                tax_ids.normal(field.data or "", country)

    @property
    def details(self) -> Details:
        return Details(
            name=self.name.data or "",
            company=self.company.data or "",
            phone=self.phone.data or "",
            tax_id=self.tax_id.data or "",
            billing=self.billing.form.place,
            shipping=self.shipping.form.place if self.elsewhere.data else None,
        )


def _form() -> CompanyForm:
    account = g.account
    billing, shipping = account.address("billing"), account.address("shipping")
    told = {"billing": billing, "shipping": shipping, "elsewhere": shipping is not None}
    return CompanyForm(obj=account, data=told)


def _around(form: CompanyForm) -> dict[str, Any]:
    return {"form": form, "country_name": countries.name}


@bp.get("")
@customer("account.view")
def show() -> Response:
    return page("people/company", region="_form" if g.may("account.edit") else "_facts", **_around(_form()))


@bp.post("")
@customer("account.edit")
def save() -> Response:
    form = _form()
    if form.validate_on_submit():
        try:
            with transaction():
                companies.change_details(g.account, form.details)
            return done(url_for("people_company.show"), _("The company details are saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return page("people/company", region="_form", status=422, **_around(form))
