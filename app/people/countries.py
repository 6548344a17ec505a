"""Countries by their ISO 3166-1 codes, named in the reader's language."""

from functools import cache
from unicodedata import normalize

from babel import Locale
from flask_babel import get_locale

# Babel also names groups of countries, islands posted on their own, and codes that are reserved for tests.
NO_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905  # read as one line of codes
EUROPEAN_UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905
WITHOUT_POSTAL_CODES = frozenset(
    (  # noqa: SIM905
        "AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK IE JM KI KM KN KP LY "
        "ML MO MR MW NR NU QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW"
    ).split()
)
ALPHA_2 = 2


def choices() -> list[tuple[str, str]]:
    """(code, name), in the alphabet of the reader."""
    return _choices(str(get_locale() or "en"))


def name(code: str) -> str:
    return dict(choices()).get(code, code)


def is_country(code: str) -> bool:
    return any(code == known for known, _name in _choices("en"))


@cache
def _choices(language: str) -> list[tuple[str, str]]:
    territories = Locale.parse(language).territories
    named = [(str(code), name) for code, name in territories.items() if _is_country(str(code))]
    return sorted(named, key=lambda one: normalize("NFKD", one[1].casefold()))


def _is_country(code: str) -> bool:
    return len(code) == ALPHA_2 and code.isalpha() and code not in NO_COUNTRY
