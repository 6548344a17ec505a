"""E-mail addresses: one form for each, so that nobody has two logins by typing a capital."""

from flask_babel import gettext as _

from app.kernel.refusal import Refusal


def normal(email: str) -> str:
    """The form in which addresses are kept and looked up. Says nothing about whether the address can exist."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError:
        return email.strip().lower()
    return found.normalized.lower()


def checked(email: str, *, field: str = "email") -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise Refusal(_("Enter an e-mail address such as name@example.com."), field=field, code="email") from wrong
