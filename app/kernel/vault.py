"""Columns that only the running app can read: AES-256-GCM under a ring of keys, of which the first encrypts.

Every ciphertext is bound to its column, so that one moved elsewhere does not open. It reads
`v1:<key name>:<base64 of nonce and ciphertext>`.

    secret: Mapped[str] = mapped_column(Secret)
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, MetaData, Text, event, func, literal, not_, select, type_coerce, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import SchemaEventTarget
from sqlalchemy.types import TypeDecorator

from app.kernel.db import Model, transaction
from app.kernel.settings import current_settings

VERSION = "v1"
NONCE = 12


class VaultError(RuntimeError):
    """Something in the vault does not open, and why."""


def encrypt(clear: str, place: str) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name, key = current_settings().vault_keys[0]
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(key).encrypt(nonce, clear.encode(), place.encode())
    return f"{prefix(name)}{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, place: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    version, name, encoded = [*stored.split(":", 2), "", ""][:3]
    if version != VERSION or not name:
        raise VaultError(f"{place} holds something that the vault did not write.")
    key = dict(current_settings().vault_keys).get(name)
    if key is None:
        raise VaultError(f"{place} needs the vault key {name!r}, which is not in HOSTLER_VAULT_KEYS.")
    try:
        sealed = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as broken:
        raise VaultError(
            f"{place} does not open with the vault key {name!r}: it was changed, moved, or the key is another."
        ) from broken


def prefix(name: str) -> str:
    """What everything encrypted under this key begins with."""
    return f"{VERSION}:{name}:"


class Secret(TypeDecorator[str]):
    """Text in Python, ciphertext in the table. `place` ("table.column") is filled in by the column it is put on."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else encrypt(value, self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else decrypt(value, self.place)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """The same text is another ciphertext each time, so a comparison would quietly find nothing."""
        raise TypeError(f"{self.place} is secret and cannot be searched; only its absence can be asked for.")


@event.listens_for(Column, "after_parent_attach")
def _bind_to_place(column: Column[Any], table: SchemaEventTarget) -> None:
    if isinstance(column.type, Secret):
        column.type = Secret(f"{table}.{column.name}")


@dataclass
class Rotated:
    done: int = 0
    busy: int = 0  # left alone because the app held the row: rotate again
    unreadable: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = [f"{self.done} re-encrypted"]
        if self.busy:
            told.append(f"{self.busy} busy, run again")
        return "; ".join([*told, *self.unreadable])


def rotate(batch: int = 200, tables: MetaData = Model.metadata) -> dict[str, Rotated]:
    """Bring every secret under the first key, in small transactions, while the app runs."""
    columns = [column for table in tables.sorted_tables for column in table.columns]
    return {str(column): _rotate(column, batch) for column in columns if isinstance(column.type, Secret)}


def _rotate(column: Column[Any], batch: int) -> Rotated:
    place, stored = str(column), type_coerce(column, Text)
    [key] = column.table.primary_key.columns
    current = prefix(current_settings().vault_keys[0][0])
    stale = select(key, stored).where(not_(stored.startswith(current, autoescape=True)))
    outcome, last = Rotated(), None
    while True:
        with transaction() as session:
            more = stale if last is None else stale.where(key > last)
            # The lock makes a row ours until we have written it: nobody's newer value is overwritten.
            claim = more.order_by(key).limit(batch).with_for_update(skip_locked=True)
            rows = session.execute(claim).all()
            for last, old in rows:
                try:
                    new = encrypt(decrypt(old, place), place)
                except VaultError as error:
                    outcome.unreadable.append(f"row {last}: {error}")
                    continue
                session.execute(update(column.table).where(key == last).values({column: literal(new, Text)}))
                outcome.done += 1
        if not rows:
            break
    with transaction() as session:
        left = session.scalar(select(func.count()).select_from(stale.subquery())) or 0
    outcome.busy = max(left - len(outcome.unreadable), 0)
    return outcome
