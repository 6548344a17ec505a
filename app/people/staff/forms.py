"""What staff may send about customers and colleagues."""

from wtforms import BooleanField, EmailField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import Form
from app.kernel.lazy import lazy as _l


class Checkboxes(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NoteForm(Form):
    text = TextAreaField(_l("Note"), [DataRequired(_l("Write something first."))])


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why."))])


class ExemptionForm(Form):
    exempt = BooleanField(_l("This customer pays no tax"))
    reason = StringField(_l("What the exemption rests on"), [Optional()])


class ColleagueForm(Form):
    email = EmailField(_l("E-mail address"), [DataRequired(_l("Fill in an e-mail address."))])
    name = StringField(
        _l("Name"), [DataRequired(_l("Fill in a name."))], description=_l("Kept as it is if we know the address.")
    )
    roles = Checkboxes(_l("Roles"))


class RolesForm(Form):
    roles = Checkboxes(_l("Roles"))


class RoleForm(Form):
    """Its permissions are drawn by hand, grouped by room."""

    label = StringField(_l("Name"), [DataRequired(_l("Give the role a name."))])
    permissions = Checkboxes(_l("Permissions"))
