from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.kernel.money_text import parse
from app.kernel.refusal import Refusal

LOCALES = ["en", "nl", "de", "fr", "de_CH", "sv", "en_GB", "pl"]
CURRENCIES = ["EUR", "USD", "JPY", "HUF", "CHF", "IQD"]
everyday = st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(CURRENCIES))


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (123456, "EUR", "nl", "€\u00a01.234,56"),
        (-123456, "EUR", "nl", "€\u00a0-1.234,56"),
        (123456, "EUR", "en", "€1,234.56"),
        (1234, "JPY", "en", "¥1,234"),
        (1234567, "KWD", "en", "KWD1,234.567"),
        (1234567, "IQD", "nl", "IQD\u00a01.234,567"),
        (5, "EUR", "nl", "€\u00a00,05"),
    ],
)
def test_an_amount_is_shown_in_the_readers_way_with_all_its_decimals(minor, currency, locale, shown):
    assert Money(minor, currency).format(locale) == shown


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("1.234,56", "EUR", "nl", 123456),
        ("1,234.56", "EUR", "en", 123456),
        ("1234,5", "EUR", "nl", 123450),
        ("  12 ", "EUR", "nl", 1200),
        ("1 234,56", "EUR", "nl", 123456),
        ("1\u202f234,56", "EUR", "fr", 123456),
        ("1'234.56", "CHF", "de_CH", 123456),
        ("€ 12,50", "EUR", "nl", 1250),
        ("12,50 EUR", "EUR", "nl", 1250),
        ("eur 12,50", "EUR", "nl", 1250),
        ("-12.50", "EUR", "en", -1250),
        ("-€12.50", "EUR", "en", -1250),
        ("€ \u221212,50", "EUR", "nl", -1250),
        ("1.234", "EUR", "nl", 123400),
        ("1.234", "JPY", "nl", 1234),
        ("1.234,500", "KWD", "nl", 1234500),
        ("1,5", "KWD", "nl", 1500),
        ("007,10", "EUR", "nl", 710),
        ("0", "EUR", "nl", 0),
    ],
)
def test_an_amount_is_read_in_the_writers_way(text, currency, locale, minor):
    assert parse(text, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "locale"),
    [
        ("", "EUR", "nl"),
        ("twelve", "EUR", "en"),
        ("12.50", "EUR", "nl"),  # a dot groups here, and does not group like that
        ("1,234.56", "EUR", "nl"),
        ("1.234,56", "EUR", "en"),
        ("1.23.456", "EUR", "nl"),
        ("1.234 567", "EUR", "nl"),
        ("12,345", "EUR", "nl"),  # more decimals than a euro has
        ("12,0", "JPY", "nl"),
        ("12,", "EUR", "nl"),
        (",50", "EUR", "nl"),
        ("5-3", "EUR", "nl"),
        ("--5", "EUR", "nl"),
        ("$ 5", "EUR", "nl"),
        ("5 USD", "EUR", "nl"),
        ("1e3", "EUR", "en"),
        ("٣", "EUR", "en"),
        ("NaN", "EUR", "en"),
        ("1\x00", "EUR", "en"),
        ("1\n2", "EUR", "en"),
        ("9" * 5000, "EUR", "en"),
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(text, currency, locale):
    with pytest.raises(Refusal, match=r"Write the amount like 1.23(4.57|5)\.$") as refused:
        parse(text, currency, locale, field="price")
    assert (refused.value.field, refused.value.code) == ("price", "not_an_amount")


def test_an_amount_that_two_readers_read_differently_is_refused_with_both_readings():
    with pytest.raises(Refusal, match=r"can mean two amounts\. Write 1\.234,000 or 1,234\.$") as refused:
        parse("1.234", "KWD", "nl")
    assert refused.value.code == "ambiguous_amount"


def test_more_than_a_bank_holds_is_refused():
    assert parse("9" * 13, "EUR", "en").minor == int("9" * 13 + "00")
    with pytest.raises(Refusal, match="too large"):
        parse("9" * 14, "EUR", "en")


@given(everyday, st.sampled_from(LOCALES))
def test_what_is_shown_can_be_typed_back(money, locale):
    assert parse(money.format(locale), money.currency, locale) == money


@given(st.text(max_size=80), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(LOCALES))
def test_any_text_is_an_amount_or_refused(text, currency, locale):
    with suppress(Refusal):
        assert parse(text, currency, locale).currency == currency
