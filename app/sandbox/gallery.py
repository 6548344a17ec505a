"""The gallery: every component of the look on one page, with figures that could be a real shop's."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is younger than the stubs
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from app.kernel.audience import public
from app.kernel.forms import Form
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.sandbox import gallery_samples

bp = Blueprint("gallery", __name__)

FACES = ("site", "portal", "staff")
KINDS = ("good", "warn", "stop")
TERMS = [
    SelectChoice("hour", _l("By the hour")),
    SelectChoice("month", _l("Monthly")),
    SelectChoice("year", _l("Yearly, two months free")),
]
PLACES = [SelectChoice("ams", "Amsterdam"), SelectChoice("fra", "Frankfurt"), SelectChoice("hel", "Helsinki")]
NO_ADDRESS = _l("Enter an address such as ann@example.com.")
NO_DISK = _l("Choose between 20 and 2,000 GB.")
TOO_SHORT = _l("Use at least 12 characters.")
WRONG = {"email": "ann@", "password": "short", "place": "fra", "disk": "5", "term": "month"}


class SampleForm(Form):
    email = EmailField(_l("E-mail"), [InputRequired(_l("Enter an e-mail address.")), Email(NO_ADDRESS)])
    password = PasswordField(_l("Password"), [Length(12, message=TOO_SHORT)], description=_l("At least 12 characters."))
    place = SelectField(_l("Data centre"), choices=PLACES)
    disk = IntegerField(_l("Disk"), [InputRequired(NO_DISK), NumberRange(20, 2000, NO_DISK)])
    term = RadioField(_l("Pay"), choices=TERMS, default="month")
    note = TextAreaField(_l("Note for the engineer"), [Optional()])
    terms = BooleanField(_l("I have read the terms"), [InputRequired(_l("Accept the terms to go on."))])


@bp.get("/_ui")
@public
def show() -> Response:
    return _gallery(SampleForm(formdata=None))


@bp.get("/_ui/name")
@public
def rename() -> Response:
    """A page whose region is also shown in a dialog."""
    return page("sandbox/gallery/name", region="_form")


@bp.post("/_ui/order")
@public
def order() -> AnyResponse:
    form = SampleForm()
    if form.validate_on_submit():
        return done(url_for("gallery.show"), _("Ordered. Your server is on its way."))
    return _gallery(form, 422)


@bp.post("/_ui/act")
@public
def act() -> AnyResponse:
    kind = request.form.get("kind", "good")
    text = _("web-02.example.net is restarting.")
    return done(url_for("gallery.show"), text, kind if kind in KINDS else "good")


def _gallery(form: SampleForm, status: int = 200) -> Response:
    wanted = request.args.get("face", "portal")
    wrong = MultiDict({f"refused-{name}": value for name, value in WRONG.items()})
    refused = SampleForm(wrong, prefix="refused-", meta={"csrf": False})
    refused.validate()
    return page(
        "sandbox/gallery",
        region="_form",
        status=status,
        layout=f"layouts/{wanted if wanted in FACES else 'portal'}.html",
        form=form,
        refused=refused,
        **gallery_samples.everything(),
    )
