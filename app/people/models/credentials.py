"""What a person proves themselves with, beside the password on the user."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow, Row
from app.kernel.vault import Secret

if TYPE_CHECKING:
    from app.people.models.account import Account
    from app.people.models.user import User


class Totp(Row):
    __tablename__ = "totp"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str] = mapped_column(Secret)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(
        BigInteger, default=0
    )  # a code is good once: never this step or an older one

    user: Mapped[User] = relationship(back_populates="totp")


class RecoveryCode(Row):
    __tablename__ = "recovery_code"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Passkey(PublicRow):
    __tablename__ = "passkey"
    public_prefix = "pky"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(default=list)
    backed_up: Mapped[bool] = mapped_column(default=False)
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="passkeys")


class ApiToken(PublicRow):
    """A program's way in, in the name of a person: for one account, or (without account) for staff work."""

    __tablename__ = "api_token"
    public_prefix = "tok"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    abilities: Mapped[list[str]]
    token_hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]  # its last four letters, to tell one from another
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    account: Mapped[Account | None] = relationship()
