"""Amounts as people type them, each in the way of their own language."""

import re
from copy import copy
from decimal import Decimal

from babel import Locale
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from flask_babel import gettext as _

from app.kernel.currencies import DECIMALS
from app.kernel.money import Money
from app.kernel.refusal import Refusal

LONGEST = 64
MOST_DIGITS = 15
THOUSANDS = 3  # digits between two group marks
SPACES = " \u00a0\u202f"
APOSTROPHES = "'\u2019"


def parse(text: str, currency: str, locale: Locale | str, *, field: str | None = None) -> Money:
    """Read what a person typed. Whatever could mean two amounts is refused, never guessed."""
    writer = Locale.parse(locale)
    decimals = DECIMALS[currency]
    if len(text) > LONGEST or not (found := _shape(currency, writer).fullmatch(text.strip())):
        raise _unreadable(currency, writer, field)
    whole = re.sub(r"[^0-9]", "", found["whole"])
    part = found["part"] or ""
    if len(part) > decimals:
        raise _unreadable(currency, writer, field)
    if len(whole) + decimals > MOST_DIGITS:
        raise Refusal(_("That amount is too large."), field=field, code="too_large")
    if _could_be_a_fraction(found, decimals):
        raise _ambiguous(found["whole"], writer, decimals, field)
    minor = int(whole + part.ljust(decimals, "0"))
    return Money(-minor if found["sign"] in ("-", "\u2212") else minor, currency)


def _shape(currency: str, writer: Locale) -> re.Pattern[str]:
    group, decimal = get_group_symbol(writer), get_decimal_symbol(writer)
    groups = re.escape(SPACES + group + (APOSTROPHES if group in APOSTROPHES else ""))
    named = "|".join(re.escape(name) for name in (currency, get_currency_symbol(currency, writer)))
    space = f"[{SPACES}]*"
    return re.compile(
        rf"(?:(?:{named}){space})?(?P<sign>[-+\u2212]?){space}(?:(?:{named}){space})?"
        rf"(?P<whole>[0-9]{{1,3}}(?P<group>[{groups}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]+)"
        rf"(?P<decimal>{re.escape(decimal)}(?P<part>[0-9]+))?{space}(?:{named})?",
        re.IGNORECASE,
    )


def _could_be_a_fraction(found: re.Match[str], decimals: int) -> bool:
    """1.234 KWD: a thousand to one reader, a dinar and a bit to the next."""
    looks_like_one = decimals == THOUSANDS and found["decimal"] is None and found["group"] in (".", ",")
    return looks_like_one and found["whole"].count(found["group"]) == 1


def _unreadable(currency: str, writer: Locale, field: str | None) -> Refusal:
    example = _plain(Decimal("1234.567"), DECIMALS[currency], writer)
    reason = _("Write the amount like %(example)s.", example=example)
    return Refusal(reason, field=field, code="not_an_amount")


def _ambiguous(typed: str, writer: Locale, decimals: int, field: str | None) -> Refusal:
    whole, part = re.split(r"[.,]", typed)
    reason = _(
        "%(typed)s can mean two amounts. Write %(large)s or %(small)s.",
        typed=typed,
        large=_plain(Decimal(whole + part), decimals, writer),
        small=_plain(Decimal(f"{whole}.{part}"), decimals, writer),
    )
    return Refusal(reason, field=field, code="ambiguous_amount")


def _plain(number: Decimal, decimals: int, writer: Locale) -> str:
    pattern = copy(writer.decimal_formats[None])
    pattern.frac_prec = (decimals, decimals)
    return str(pattern.apply(number, writer))
