"""Alembic's entry: one transaction, on the app's own engine, one migrator at a time."""

from typing import Any

from alembic import context
from sqlalchemy import TypeDecorator, text

import app.kernel.vendor_log  # noqa: F401  # its table belongs to the whole, though only callers of vendors load it
from app.kernel.database import MIGRATION_LOCK
from app.kernel.db import Base, db


def render(kind: str, thing: Any, _context: Any) -> Any:
    """A migration outlives the app's own types: it says what the database stores."""
    return f"sa.{thing.impl_instance!r}" if kind == "type" and isinstance(thing, TypeDecorator) else False


with db.engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": MIGRATION_LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, render_item=render)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": MIGRATION_LOCK})
    connection.commit()
