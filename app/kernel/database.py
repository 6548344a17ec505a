"""`flask database …`: bring the schema to the newest revision, or write the next one."""

import click
from alembic import command
from alembic.config import Config
from flask import current_app
from flask.cli import AppGroup

cli = AppGroup("database", help="The schema of the database.")

# Two processes that start at once must not both migrate; the number only has to be ours.
MIGRATION_LOCK = 727_274_001


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(current_app.config["ROOT"] / "migrations"))
    return config


@cli.command()
def migrate() -> None:
    """Bring the schema to the newest revision."""
    command.upgrade(alembic_config(), "head")


@cli.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from what the models say."""
    command.revision(alembic_config(), message, autogenerate=True)


@cli.command()
def check() -> None:
    """Exit non-zero when the models and the migrations disagree."""
    command.check(alembic_config())
