"""What a person may send about their own proofs."""

from typing import Any

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import Form
from app.kernel.lazy import lazy as _l
from app.people.passkeys import LONGEST_NAME
from app.people.site.forms import CodeField, CredentialField


class ChangePasswordForm(Form):
    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"), [InputRequired(_l("Choose a password."))], render_kw={"autocomplete": "new-password"}
    )


class ChangeEmailForm(Form):
    email = EmailField(
        _l("New e-mail address"),
        [DataRequired(_l("Enter the new address."))],
        render_kw={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )


class ConfirmTotpForm(Form):
    code = CodeField(_l("Code"))


def _name(**options: Any) -> StringField:
    too_long = _l("Use at most %(most)s characters.", most=LONGEST_NAME)
    return StringField(
        _l("Name"),
        [DataRequired(_l("Give it a name by which you know it.")), Length(max=LONGEST_NAME, message=too_long)],
        render_kw={"autocomplete": "off"},
        **options,
    )


class PasskeyNameForm(Form):
    name = _name()


class NewPasskeyForm(Form):
    name = _name()
    credential = CredentialField()
