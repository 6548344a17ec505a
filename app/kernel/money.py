"""Amounts of money: whole minor units with their currency. No float comes in, and one function rounds."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from babel import Locale

from app.kernel.currencies import DECIMALS

Exact = int | Fraction | Decimal


class MixedCurrencies(ValueError):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} do not mix: convert one first, at a rate that is stored.")


def half_up(amount: Exact) -> int:
    """The one place that rounds: half up on the magnitude, so that a credit mirrors its charge."""
    exact = _exact(amount)
    whole = int(abs(exact) + Fraction(1, 2))
    return -whole if exact < 0 else whole


def _exact(number: Exact) -> Fraction:
    if isinstance(number, bool) or not isinstance(number, (int, Fraction, Decimal)):
        raise TypeError(f"{number!r} is a {type(number).__name__}; money takes an int, Decimal or Fraction.")
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError(f"{number!r} is no number to reckon with.")
    return Fraction(number)


@dataclass(frozen=True)
class Money:
    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"{self.minor!r} is a {type(self.minor).__name__}; minor units are an int.")
        if self.currency not in DECIMALS:
            raise ValueError(f"{self.currency!r} is not a currency of ISO 4217.")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def of(cls, major: Exact, currency: str) -> Self:
        """From units people speak in: `Money.of(Decimal("12.50"), "EUR")`. A finer amount is rounded."""
        return cls(half_up(_exact(major) * 10 ** DECIMALS.get(currency, 0)), currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        return sum(amounts, start=Money.zero(currency))

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-DECIMALS[self.currency])

    def is_zero(self) -> bool:
        return self.minor == 0

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __mul__(self, factor: Exact) -> "Money":
        return Money(half_up(self.minor * _exact(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.major:f} {self.currency}"

    def format(self, locale: Locale | str) -> str:
        reader = Locale.parse(locale)
        pattern = copy(reader.currency_formats["standard"])
        pattern.frac_prec = (DECIMALS[self.currency],) * 2
        return str(pattern.apply(self.major, reader, currency=self.currency, currency_digits=False))

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} is a {type(other).__name__}; money goes together with money only.")
        if other.currency != self.currency:
            raise MixedCurrencies(self.currency, other.currency)
        return other.minor

    def allocate(self, weights: Sequence[Exact]) -> list["Money"]:
        """Share out by weight and lose nothing.

        What whole units leave over goes to the largest remainders, ties to the first. Where no weight counts,
        all count the same.
        """
        exact = [_exact(weight) for weight in weights]
        if not exact or min(exact) < 0:
            raise ValueError("Allocation needs at least one weight, and none below zero.")
        if not any(exact):
            exact = [Fraction(1)] * len(exact)
        whole, sign = abs(self.minor), -1 if self.minor < 0 else 1
        ideal = [whole * weight / sum(exact) for weight in exact]
        parts = [int(share) for share in ideal]
        by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - ideal[place])
        for place in by_remainder[: whole - sum(parts)]:
            parts[place] += 1
        return [Money(sign * part, self.currency) for part in parts]

    def split(self, parts: int) -> list["Money"]:
        return self.allocate([1] * parts)
