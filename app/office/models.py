"""What the office keeps: the letters it sends, what it tells people in the app, and what they do not want to hear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import PublicRow, Row
from app.people.models import User


class SentMail(PublicRow):
    """A letter owed to somebody. The facts it tells are kept, never a link or a secret: those are made on sending.

    waiting → sending → sent; back to waiting when the mail server cannot take it now; failed when it never will;
    dropped when there was nothing left to say.
    """

    __tablename__ = "sent_mail"
    public_prefix = "mail"
    __table_args__ = (
        UniqueConstraint("recipient", "template", "cause"),
        CheckConstraint("status IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", "status"),
        Index("ix_sent_mail_due", "due_at", postgresql_where="status IN ('waiting', 'sending')"),
        Index("ix_sent_mail_recipient", "recipient", "id"),
        Index("ix_sent_mail_failed", "id", postgresql_where="status = 'failed'"),
    )

    recipient: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    template: Mapped[str]
    cause: Mapped[str]  # what happened, as one word: the same fact never writes twice
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]]

    status: Mapped[str] = mapped_column(default="waiting")
    due_at: Mapped[datetime]  # when a sweep may take it up, or take it back from a worker that died
    tries: Mapped[int] = mapped_column(default=0)
    subject: Mapped[str | None]
    error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class Preference(Row):
    """What a person decided about one kind of letter; without a row the kind's own default holds."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("user_id", "kind"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    wanted: Mapped[bool]


class Notification(PublicRow):
    """A line in the app itself. The words are made when it is read, in the reader's language."""

    __tablename__ = "notification"
    public_prefix = "ntf"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "cause"),
        Index("ix_notification_unread", "user_id", postgresql_where="read_at IS NULL"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    cause: Mapped[str]
    facts: Mapped[dict[str, Any]]
    read_at: Mapped[datetime | None]
