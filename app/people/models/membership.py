from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow
from app.people.models.account import Account

if TYPE_CHECKING:
    from app.people.models.user import User


class MembershipRole(StrEnum):
    owner = "owner"
    billing = "billing"
    technical = "technical"
    read_only = "read_only"


ROLE_CHECK = f"role IN ({', '.join(repr(str(role)) for role in MembershipRole)})"


class Membership(PublicRow):
    """What one person may do for one account."""

    __tablename__ = "membership"
    public_prefix = "mem"
    __table_args__ = (UniqueConstraint("user_id", "account_id"), CheckConstraint(ROLE_CHECK, "role"))

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]

    user: Mapped[User] = relationship(back_populates="memberships")
    account: Mapped[Account] = relationship()


class Invitation(PublicRow):
    __tablename__ = "invitation"
    public_prefix = "inv"
    __table_args__ = (
        CheckConstraint(ROLE_CHECK, "role"),
        # One open invitation a person and account; it is renewed, not repeated.
        Index(
            "uq_invitation_open",
            "account_id",
            "email",
            unique=True,
            postgresql_where="accepted_at IS NULL AND withdrawn_at IS NULL",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    role: Mapped[str]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    invited_by: Mapped[User] = relationship()
