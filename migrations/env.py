"""Alembic's entry: one transaction, on the app's own engine, one migrator at a time."""

from alembic import context
from sqlalchemy import text

from app.kernel.database import MIGRATION_LOCK
from app.kernel.db import Base, db

with db.engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": MIGRATION_LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": MIGRATION_LOCK})
    connection.commit()
