"""How an amount lies in a table: whole minor units beside their currency, one value in Python.

    price: Mapped[Money] = money_columns("price")          # price_minor, price_currency

Where many amounts of one row share a currency, let them share its column:

    currency: Mapped[str] = currency_column()
    net_minor: Mapped[int] = minor_column()
    net: Mapped[Money] = composite("net_minor", "currency")
"""

from sqlalchemy import CHAR, BigInteger
from sqlalchemy.orm import Composite, MappedColumn, composite, mapped_column

from app.kernel.money import Money


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
