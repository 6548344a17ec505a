"""Columns that only the running app can read: AES-256-GCM under a ring of keys, of which the first encrypts.

Every ciphertext is bound to its column, so that one moved elsewhere does not open. It reads
`v1:<key name>:<base64 of nonce and ciphertext>`.

    secret: Mapped[str] = mapped_column(Secret)
"""

import base64
import binascii
import secrets
from typing import Any, Self

from sqlalchemy import Column, ColumnElement, Text, event
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.base import SchemaEventTarget
from sqlalchemy.types import TypeDecorator

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

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encrypt(value, self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(value, self.place)

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801  # SQLAlchemy's name for it
        def operate(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
            """The same text is another ciphertext each time: a comparison would quietly find nothing."""
            if op not in (operators.is_, operators.is_not):
                raise TypeError("A secret cannot be searched or sorted by; only its absence can be asked for.")
            return super().operate(op, *other, **options)


@event.listens_for(Column, "after_parent_attach")
def _bind_to_place(column: Column[Any], table: SchemaEventTarget) -> None:
    if isinstance(column.type, Secret):
        column.type = Secret(f"{table}.{column.name}")
