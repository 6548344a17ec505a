"""How an amount lies in a table: whole minor units beside their currency, one value in Python.

    price: Mapped[Money] = money_columns("price")          # price_minor, price_currency

Where many amounts of a row have one currency, they share its column:

    currency: Mapped[str] = currency_column()
    net_minor: Mapped[int] = minor_column()
    net = SharedAmount("net_minor")
"""

from typing import Any, Self, overload

from sqlalchemy import CHAR, BigInteger
from sqlalchemy.orm import Composite, MappedColumn, composite, mapped_column

from app.kernel.money import MixedCurrencies, Money


def money_columns(name: str, *, optional: bool = False) -> Composite[Money]:
    return composite(
        Money,
        minor_column(f"{name}_minor", optional=optional),
        currency_column(f"{name}_currency", optional=optional),
        return_none_on=(lambda minor, _currency: minor is None) if optional else None,
    )


def minor_column(name: str | None = None, *, optional: bool = False) -> MappedColumn[int]:
    return mapped_column(name, BigInteger, nullable=optional)


def currency_column(name: str | None = None, *, optional: bool = False) -> MappedColumn[str]:
    return mapped_column(name, CHAR(3), nullable=optional)


class SharedAmount:
    """Reads and writes its own minor units in the row's `currency`.

    A composite over a shared column would let one amount change the currency of all the others.
    """

    def __init__(self, minor: str) -> None:
        self.minor = minor

    @overload
    def __get__(self, row: None, model: type) -> Self: ...
    @overload
    def __get__(self, row: Any, model: type) -> Money: ...
    def __get__(self, row: Any, model: type) -> Self | Money:
        return self if row is None else Money(getattr(row, self.minor), row.currency)

    def __set__(self, row: Any, amount: Money) -> None:
        if row.currency is None:
            row.currency = amount.currency
        if row.currency != amount.currency:
            raise MixedCurrencies(row.currency, amount.currency)
        setattr(row, self.minor, amount.minor)
