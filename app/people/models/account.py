"""The account: who buys, owes and owns. People reach it through their memberships."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow, Row
from app.kernel.lazy import lazy as _l
from app.kernel.lifecycle import Lifecycle, Living
from app.kernel.words import words
from app.people.events import AccountActivated, AccountClosed, AccountSuspended

ACCOUNT_LIFE = Lifecycle(
    "account",
    noun=_l("account"),
    first="pending",
    moves={
        "pending": {"active", "closed"},
        "active": {"suspended", "closed"},
        "suspended": {"active", "closed"},
        "closed": set(),
    },
    guarded={("active", "suspended"), ("suspended", "active"), ("active", "closed"), ("suspended", "closed")},
    announces={
        "active": lambda account: AccountActivated(account=account.public_id),
        "suspended": lambda account: AccountSuspended(account=account.public_id),
        "closed": lambda account: AccountClosed(account=account.public_id),
    },
)


class Account(Living, PublicRow):
    __tablename__ = "account"
    __table_args__ = (Index("ix_account_status", "status", "id"),)
    public_prefix = "acc"
    lifecycle = ACCOUNT_LIFE

    name: Mapped[str]  # the person's or the company's, as it stands on an envelope
    company: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    tax_exempt: Mapped[bool] = mapped_column(default=False)
    tax_exempt_reason: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="EUR")

    addresses: Mapped[list[Address]] = relationship(back_populates="account", cascade="all, delete-orphan")

    def address(self, kind: str) -> Address | None:
        return next((one for one in self.addresses if one.kind == kind), None)


ACCOUNT_WORDS = words(Account.name, Account.company)
Index("ix_account_words", ACCOUNT_WORDS, postgresql_using="gin")
Index("ix_account_name", func.lower(Account.name), Account.id)


class Address(Row):
    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("account_id", "kind"),
        CheckConstraint("kind IN ('billing', 'shipping')", "kind"),
        Index("ix_address_country", "country", "kind", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    line1: Mapped[str] = mapped_column(default="")
    line2: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str]  # ISO 3166-1 alpha-2

    account: Mapped[Account] = relationship(back_populates="addresses")


class AccountNote(PublicRow):
    """What staff tell each other about a customer. The customer never sees it."""

    __tablename__ = "account_note"
    public_prefix = "note"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    text: Mapped[str]
    pinned: Mapped[bool] = mapped_column(default=False)
