from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.kernel.currencies import DECIMALS
from app.kernel.money import MixedCurrencies, Money, half_up

amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
monies = st.builds(Money, amounts, currencies)
weights = st.lists(st.one_of(st.integers(0, 10**9), st.fractions(0, 1000)), min_size=1, max_size=30)
factors = st.one_of(st.integers(-1000, 1000), st.fractions(), st.decimals(-1000, 1000, allow_nan=False))


def euro(minor):
    return Money(minor, "EUR")


# Rounding


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Decimal("0.5"), 1),
        (Decimal("-0.5"), -1),
        (Decimal("1.5"), 2),
        (Decimal("2.5"), 3),
        (Decimal("2.4999999999999999999999999999"), 2),
        (Fraction(1, 3), 0),
        (Fraction(-5, 3), -2),
        (7, 7),
    ],
)
def test_half_a_unit_goes_up_on_the_magnitude(exact, rounded):
    assert half_up(exact) == rounded


@given(factors)
def test_rounding_mirrors(exact):
    assert half_up(-exact) == -half_up(exact)


@given(factors)
def test_rounding_moves_by_half_a_unit_at_most(exact):
    assert abs(half_up(exact) - Fraction(exact)) <= Fraction(1, 2)


@given(monies, factors)
def test_a_credit_mirrors_its_charge(money, factor):
    assert (-money) * factor == -(money * factor) == money * -factor


# Reckoning


@given(amounts, amounts, currencies)
def test_what_was_added_can_be_taken_away(one, other, currency):
    a, b = Money(one, currency), Money(other, currency)
    assert a + b - b == a
    assert a - b == -(b - a)
    assert (a < b) is (one < other)
    assert (a >= b) is (one >= other)


def test_a_total_of_nothing_is_zero():
    assert Money.total([], "EUR") == Money.zero("EUR")
    assert Money.total([euro(1), euro(2)], "EUR") == euro(3)
    assert Money.zero("EUR").is_zero()
    assert not euro(-1).is_zero()


def test_a_rate_is_applied_exactly_then_rounded_once():
    assert euro(1999) * Decimal("0.21") == euro(420)
    assert Decimal("0.21") * euro(1999) == euro(420)
    assert abs(euro(-5)) == euro(5)


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [
        (Decimal("12.50"), "EUR", 1250),
        (1200, "JPY", 1200),
        (Decimal("1.2345"), "KWD", 1235),
        (Fraction(-1, 3), "EUR", -33),
    ],
)
def test_an_amount_in_whole_units_becomes_minor_units(major, currency, minor):
    assert Money.of(major, currency) == Money(minor, currency)


@given(monies)
def test_major_units_lose_nothing(money):
    assert Money.of(money.major, money.currency) == money


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a >= b,
        lambda a, b: Money.total([a, b], "EUR"),
    ],
)
def test_currencies_do_not_mix(mix):
    with pytest.raises(MixedCurrencies, match="EUR and USD"):
        mix(euro(1), Money(1, "USD"))


def test_equal_numbers_of_two_currencies_are_not_equal():
    assert euro(1) != Money(1, "USD")


@pytest.mark.parametrize(
    "reckon",
    [
        lambda: Money(1.0, "EUR"),
        lambda: Money(True, "EUR"),
        lambda: Money.of(12.5, "EUR"),
        lambda: euro(1) * 0.21,
        lambda: euro(1) * True,
        lambda: euro(1) + 1,
        lambda: euro(1) < 1,
        lambda: euro(1).allocate([0.5, 0.5]),
        lambda: euro(1) * euro(1),
        lambda: half_up(0.5),
    ],
)
def test_a_float_a_bool_or_a_bare_number_is_refused(reckon):
    with pytest.raises(TypeError, match=r"is a (float|bool|int|Money)"):
        reckon()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_no_number_is_no_factor(number):
    with pytest.raises(ValueError, match="no number"):
        euro(1) * Decimal(number)


@pytest.mark.parametrize("currency", ["EURO", "eur", "", "XXX", "DEM"])
def test_an_unknown_currency_is_refused(currency):
    with pytest.raises(ValueError, match="not a currency"):
        Money(1, currency)
    with pytest.raises(ValueError, match="not a currency"):
        Money.of(1, currency)


def test_the_house_table_has_every_decimal_that_iso_gives():
    assert [DECIMALS[code] for code in ("JPY", "EUR", "KWD", "IQD", "HUF")] == [0, 2, 3, 3, 2]
    assert all(len(code) == 3 and code.isupper() for code in DECIMALS)


# Sharing out


@given(monies, weights)
def test_allocation_loses_nothing(money, by):
    shares = money.allocate(by)
    assert len(shares) == len(by)
    assert Money.total(shares, money.currency) == money


@given(monies, weights)
def test_allocation_is_fair_to_within_one_unit(money, by):
    assume(any(by))
    for share, weight in zip(money.allocate(by), by, strict=True):
        assert abs(share.minor - Fraction(money.minor) * Fraction(weight) / sum(map(Fraction, by))) < 1


@given(monies, weights)
def test_allocation_of_a_credit_mirrors_that_of_its_charge(money, by):
    assert (-money).allocate(by) == [-share for share in money.allocate(by)]


@given(monies, weights)
def test_who_weighs_nothing_gets_nothing(money, by):
    assume(any(by))
    assert all(share.is_zero() for share, weight in zip(money.allocate(by), by, strict=True) if not weight)


@given(monies, weights)
def test_who_weighs_more_never_gets_less(money, by):
    shares = sorted(zip(map(Fraction, by), map(abs, money.allocate(by)), strict=True), key=itemgetter(0))
    for (light, less), (heavy, more) in pairwise(shares):
        assert light == heavy or less <= more


@pytest.mark.parametrize(
    ("minor", "by", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (1, [0, 1, 0], [0, 1, 0]),
        (10, [Decimal("0.1"), Decimal("0.2")], [3, 7]),
        (0, [3, 4], [0, 0]),
        (101, [1, 2], [34, 67]),
    ],
)
def test_what_is_left_over_goes_to_the_largest_remainder_ties_to_the_first(minor, by, shares):
    assert euro(minor).allocate(by) == [euro(share) for share in shares]


def test_a_split_is_as_even_as_whole_units_allow():
    assert Money(10, "JPY").split(4) == [Money(part, "JPY") for part in (3, 3, 2, 2)]


@pytest.mark.parametrize("by", [[], [1, -1], [0, Fraction(-1, 2)]])
def test_there_is_no_sharing_among_nobody_or_by_less_than_nothing(by):
    with pytest.raises(ValueError, match="at least one weight"):
        euro(1).allocate(by)
