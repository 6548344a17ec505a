import pytest
from sqlalchemy import BigInteger, Identity, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel.db import db
from app.kernel.money import MixedCurrencies, Money
from app.kernel.money_columns import SharedAmount, currency_column, minor_column, money_columns

LARGE = Money(9_000_000_000_000_000_001, "JPY")


class Base(DeclarativeBase):
    """Tables of this file alone: no other test, and no migration, ever sees them."""


class Parcel(Base):
    __tablename__ = "parcel"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    postage: Mapped[Money] = money_columns("postage")
    insured: Mapped[Money | None] = money_columns("insured", optional=True)

    currency: Mapped[str] = currency_column()
    net_minor: Mapped[int] = minor_column()
    tax_minor: Mapped[int] = minor_column()
    net = SharedAmount("net_minor")
    tax = SharedAmount("tax_minor")


@pytest.fixture(autouse=True)
def table(app):
    Base.metadata.create_all(db.session.connection())


def parcel(**changed):
    amounts = {"postage": Money(695, "EUR"), "net": Money(100, "EUR"), "tax": Money(21, "EUR")}
    return Parcel(**amounts | changed)


def stored(one):
    db.session.add(one)
    db.session.flush()
    db.session.expire_all()
    return db.session.scalars(select(Parcel)).one()


def test_an_amount_comes_back_as_it_went_in():
    one = stored(parcel(postage=LARGE, insured=Money(-1, "KWD")))
    assert (one.postage, one.insured) == (LARGE, Money(-1, "KWD"))
    assert (one.net, one.tax) == (Money(100, "EUR"), Money(21, "EUR"))


@pytest.mark.parametrize("insured", [None, Money(0, "EUR")])
def test_no_amount_is_not_zero(insured):
    assert stored(parcel(insured=insured)).insured == insured


def test_an_amount_can_be_changed_and_taken_away():
    one = stored(parcel(insured=Money(5, "EUR")))
    one.postage, one.insured = one.postage * 2, None
    one = stored(one)
    assert (one.postage, one.insured) == (Money(1390, "EUR"), None)


def test_an_amount_is_required_unless_it_is_optional():
    db.session.add(parcel(postage=None))
    with pytest.raises(IntegrityError, match="postage_"):
        db.session.flush()


def test_amounts_can_be_found_and_summed_in_the_database():
    stored(parcel())
    assert db.session.scalar(select(func.count()).where(Parcel.postage == Money(695, "EUR"))) == 1
    assert db.session.scalar(select(func.count()).where(Parcel.postage == Money(695, "USD"))) == 0
    assert db.session.scalar(select(func.sum(Parcel.net_minor)).where(Parcel.currency == "EUR")) == 100


def test_amounts_that_share_a_currency_cannot_drift_apart():
    one = stored(parcel())
    with pytest.raises(MixedCurrencies):
        one.tax = Money(22, "USD")
    one.tax = Money(22, "EUR")
    one = stored(one)
    assert (one.net, one.tax, one.currency) == (Money(100, "EUR"), Money(22, "EUR"), "EUR")
