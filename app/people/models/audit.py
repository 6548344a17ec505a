from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model
from app.kernel.words import words


class AuditEntry(Model):
    """One link of the chain: `hash` covers every other column and the hash of the row before.

    The database refuses UPDATE, DELETE and TRUNCATE on this table.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # gapless, from 1
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    actor_name: Mapped[str]
    behalf_id: Mapped[str | None]
    behalf_name: Mapped[str | None]
    action: Mapped[str]  # noun.verb, such as account.suspended
    subject_type: Mapped[str | None]
    subject_id: Mapped[str | None]
    account_id: Mapped[str | None]  # public id of the account concerned, to show a customer's own history
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    ip: Mapped[str | None]
    agent: Mapped[str | None]
    request_id: Mapped[str | None]
    previous: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_actor", "actor_id", "number"),
        Index("ix_audit_entry_subject", "subject_type", "subject_id", "number"),
        Index("ix_audit_entry_account", "account_id", "number"),
        Index("ix_audit_entry_action", "action", "number"),
    )


def _told(column: Any) -> Any:
    return func.coalesce(column, text("''"))


def _start_of(column: Any) -> Any:
    """PostgreSQL refuses to index more than a megabyte, and a row must never be refused for its length."""
    return func.left(_told(column.cast(Text)), text("20000"))


AUDIT_WORDS = words(
    AuditEntry.actor_name,
    _told(AuditEntry.behalf_name),
    AuditEntry.action,
    _told(AuditEntry.subject_id),
    _told(AuditEntry.ip),
    _told(AuditEntry.request_id),
    _start_of(AuditEntry.before),
    _start_of(AuditEntry.after),
)
Index("ix_audit_entry_words", AUDIT_WORDS, postgresql_using="gin")
