"""Countries by their ISO 3166-1 codes, in the reader's language."""

from functools import cache
from unicodedata import normalize

from babel import Locale

# What CLDR knows beside countries: unions, territories without a code of their own, test entries.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
CODE = 2


def is_country(code: str) -> bool:
    return code in _names("en")


def name_of(code: str, locale: str) -> str:
    return _names(locale).get(code, code)


def choices(locale: str) -> list[tuple[str, str]]:
    """For a select, in the order of the alphabet."""
    return sorted(_names(locale).items(), key=lambda one: normalize("NFKD", one[1]))


@cache
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale).territories
    codes = (code for code in territories if len(code) == CODE and code.isalpha() and code not in NO_COUNTRIES)
    return {code: territories[code] for code in codes}
