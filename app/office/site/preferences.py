"""Which letters a person wants."""

from typing import Any

from flask import Blueprint, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.audience import signed_in
from app.kernel.db import transaction
from app.kernel.forms import Form
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.office import preferences

bp = Blueprint("office_preferences", __name__)


class PreferencesForm(Form):
    kinds = SelectMultipleField(
        _l("Send me an e-mail when"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.kinds.choices = [(kind.name, kind.meaning) for kind in preferences.kinds.values()]


@bp.get("/account/notifications")
@signed_in
def show() -> Response:
    wanted = preferences.choices(g.me)
    form = PreferencesForm(data={"kinds": [name for name, yes in wanted.items() if yes]})
    return page("office/preferences", region="_form", form=form)


@bp.post("/account/notifications")
@signed_in
def choose() -> Response:
    form = PreferencesForm()
    if not form.validate_on_submit():
        return page("office/preferences", region="_form", status=422, form=form)
    with transaction():
        for name in preferences.kinds:
            preferences.choose(g.me, name, wanted=name in (form.kinds.data or []))
    return done(url_for("office_preferences.show"), _("Saved."))
