"""Tax numbers: their form, as each country writes them. Whether one is in use, only its tax office can say."""

import re

from flask_babel import gettext as _
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from app.kernel.refusal import Refusal
from app.people import countries

# Greece writes its VAT numbers with EL; Northern Ireland has XI within the United Kingdom.
VAT_PREFIXES = {"GR": "EL"}
ANYWHERE = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{2,28}[A-Z0-9]")


def normal(number: str, country: str) -> str:
    """As the country writes it: in the European Union with the letters of the country in front."""
    typed = " ".join(number.upper().split())
    if not typed:
        return ""
    if country in countries.EUROPEAN_UNION:
        return _european(typed, country)
    try:
        if country == "GB" and typed.startswith("XI"):
            return f"XI{_checked('GB', typed.removeprefix('XI'))}"
        return _checked(country, typed)
    except ValidationError as error:
        raise _not_of(country) from error


def _european(typed: str, country: str) -> str:
    prefix = VAT_PREFIXES.get(country, country)
    bare = re.sub(r"[\s.-]", "", typed)
    try:
        checked = _checked(country, bare.removeprefix(prefix))
    except ValidationError as error:
        raise _not_of(country) from error
    return prefix + checked.removeprefix(prefix)


def _checked(country: str, typed: str) -> str:
    rules = get_cc_module(country.lower(), "vat")
    if rules is not None:
        return rules.validate(typed)
    if not ANYWHERE.fullmatch(typed):
        raise ValidationError
    return typed


def _not_of(country: str) -> Refusal:
    reason = _(
        "This is not a valid tax number for %(country)s, where you are billed. Check it, or leave the field empty.",
        country=countries.name(country),
    )
    return Refusal(reason, field="tax_id", code="tax_id_malformed")
