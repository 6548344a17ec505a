"""What a person may send at the door."""

from typing import Any

from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import Form, beside_the_field
from app.kernel.lazy import lazy as _l
from app.people import countries, emails, passwords

LONGEST_NAME = 120


class CodeField(StringField):
    """For codes that are read off somewhere: no corrections, no capitals, figures first."""

    def __init__(self, label: Any, **options: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label,
            [DataRequired(_l("Enter the code.")), Length(max=64, message=_l("That is too long for a code."))],
            render_kw=attributes,
            **options,
        )


class CredentialField(Field):
    """What a passkey answers. Nobody typed it, so nothing is said beside it: what is wrong concerns the passkey."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = values[0] if values else ""


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address."))],
        # "webauthn" lets the browser offer passkeys where it offers addresses.
        render_kw={"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password."))], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("Stay signed in for 30 days on this device"))


class PasskeyForm(Form):
    credential = CredentialField()
    remember = BooleanField()


class SecondFactorForm(Form):
    code = CodeField(_l("Code"))


class ProveForm(Form):
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password."))], render_kw={"autocomplete": "current-password"}
    )


class RegisterForm(Form):
    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
    company = StringField(_l("Company"), [Length(max=LONGEST_NAME)], render_kw={"autocomplete": "organization"})
    country = SelectField(
        _l("Country"), [DataRequired(_l("Choose your country."))], render_kw={"autocomplete": "country"}
    )
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Choose a password."))], render_kw={"autocomplete": "new-password"}
    )
    terms = BooleanField(
        _l("I accept the terms of service and have read the privacy statement"),
        [DataRequired(_l("Without accepting the terms there is no account."))],
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.country.choices = [("", _l("Choose …")), *countries.choices()]
        self.company.flags.optional = True

    def validate_email(self, field: EmailField) -> None:
        with beside_the_field():
            emails.checked(field.data or "")

    def validate_password(self, field: PasswordField) -> None:
        with beside_the_field():
            passwords.check_new(field.data or "", emails.normal(self.email.data or ""))


class ForgotForm(Form):
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    password = PasswordField(
        _l("New password"), [InputRequired(_l("Choose a password."))], render_kw={"autocomplete": "new-password"}
    )


class ButtonForm(Form):
    """A form of one button: nothing to fill in, but still ours (CSRF)."""
