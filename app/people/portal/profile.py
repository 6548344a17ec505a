"""What a person says about themselves."""

from flask import Blueprint, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.forms import Form, choices
from app.kernel.lazy import lazy as _l
from app.kernel.locales import LANGUAGES, remember
from app.kernel.pages import leave, page, said
from app.people.profiles import change_profile

bp = Blueprint("people_profile", __name__, url_prefix="/profile")


class ProfileForm(Form):
    name = StringField(_l("Your name"), [DataRequired(_l("Fill in your name."))])
    locale = SelectField(_l("Language"), choices=choices(LANGUAGES.items()))


@bp.get("")
@signed_in
def show() -> Response:
    return page("people/profile", form=ProfileForm(obj=g.me))


@bp.post("")
@signed_in
def save() -> Response:
    form = ProfileForm(obj=g.me)
    if not form.validate_on_submit():
        return page("people/profile", region="_form", status=422, form=form)
    with transaction():
        change_profile(g.me, name=form.name.data or "", locale=form.locale.data)
    said(_("Your profile is saved."))
    # The whole frame may change its language, so it is loaded anew.
    answer = leave(url_for("people_profile.show"))
    remember(answer, "locale", g.me.locale)
    return answer
