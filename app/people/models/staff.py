from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow, Row

if TYPE_CHECKING:
    from app.people.models.account import Account
    from app.people.models.user import User


class StaffRole(PublicRow):
    """A named set of permissions. `everything` also holds those that are yet to be declared."""

    __tablename__ = "staff_role"
    public_prefix = "rol"

    name: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(default=list)
    everything: Mapped[bool] = mapped_column(default=False)
    # Whatever the role was once given without being asked: what somebody has since taken away stays away.
    offered: Mapped[list[str]] = mapped_column(default=list)


class StaffAssignment(Row):
    __tablename__ = "staff_assignment"
    __table_args__ = (UniqueConstraint("user_id", "role_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("staff_role.id"), index=True)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)

    user: Mapped[User] = relationship(back_populates="staff_assignments", foreign_keys=[user_id])
    role: Mapped[StaffRole] = relationship()


class Impersonation(PublicRow):
    """A member of staff in a customer's place, for a reason and a while."""

    __tablename__ = "impersonation"
    public_prefix = "imp"

    staff_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reason: Mapped[str]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    staff: Mapped[User] = relationship(foreign_keys=[staff_id])
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    account: Mapped[Account] = relationship()
