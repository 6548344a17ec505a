"""`flask database …`: bring the schema to the newest revision, or write the next one.

Alembic is imported by the commands that use it: a web process starts without.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from app.kernel.db import db, transaction

if TYPE_CHECKING:
    from alembic.config import Config

# What rooms bring up to date once the tables are: rows that a release may add to, such as the house's own roles.
after_migration: list[Callable[[], None]] = []

cli = AppGroup("database", help="The schema of the database.")

# Two processes that start at once must not both migrate; the number only has to be ours.
MIGRATION_LOCK = 727_274_001


def alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(current_app.config["ROOT"] / "migrations"))
    return config


def is_current() -> bool:
    """Whether the tables are those that this release was written for."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    applied = MigrationContext.configure(db.session.connection()).get_current_heads()
    return set(applied) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


@cli.command()
def migrate() -> None:
    """Bring the schema to the newest revision."""
    from alembic import command

    command.upgrade(alembic_config(), "head")
    with transaction():
        for bring_up_to_date in after_migration:
            bring_up_to_date()


@cli.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from what the models say."""
    from alembic import command

    command.revision(alembic_config(), message, autogenerate=True)


@cli.command()
def check() -> None:
    """Exit non-zero when the models and the migrations disagree."""
    from alembic import command

    command.check(alembic_config())
