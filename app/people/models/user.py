from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ColumnElement, Index
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow
from app.kernel.words import words
from app.people.models.credentials import Passkey, Totp
from app.people.models.membership import Membership
from app.people.models.staff import StaffAssignment


class User(UserMixin, PublicRow):
    """A login: one person, whichever accounts they belong to."""

    __tablename__ = "user"
    public_prefix = "usr"

    email: Mapped[str] = mapped_column(unique=True)  # always in the form that people.emails.normal gives
    pending_email: Mapped[str | None]  # what it is to become once a letter sent there is answered
    name: Mapped[str]
    # argon2id, or a hash brought along from an older system until its owner signs in once.
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(default="en")
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")
    passkeys: Mapped[list[Passkey]] = relationship(back_populates="user", cascade="all, delete-orphan")
    totp: Mapped[Totp | None] = relationship(back_populates="user", cascade="all, delete-orphan")
    staff_assignments: Mapped[list[StaffAssignment]] = relationship(
        back_populates="user", foreign_keys="StaffAssignment.user_id", cascade="all, delete-orphan"
    )

    def get_id(self) -> str:
        return self.public_id

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_assignments)

    @hybrid_property
    def has_second_factor(self) -> bool:
        return bool(self.passkeys) or (self.totp is not None and self.totp.confirmed_at is not None)

    @has_second_factor.inplace.expression
    @classmethod
    def _has_second_factor(cls) -> ColumnElement[bool]:
        return cls.passkeys.any() | cls.totp.has(Totp.confirmed_at.is_not(None))


USER_WORDS = words(User.name, User.email)
Index("ix_user_words", USER_WORDS, postgresql_using="gin")
