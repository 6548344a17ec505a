"""`flask config …` and `flask vault …`."""

import base64
import secrets

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel import database, health, vault
from app.kernel.settings import Settings, current_settings, environment_name

config = AppGroup("config", help="The settings.")
vault_cli = AppGroup("vault", help="The encrypted columns and their keys.")

SECRET = {
    "secret_key",
    "vault_keys",
    "database_url",
    "redis_url",
    "smtp_url",
    "discord_url",
    "sentry_dsn",
    "metrics_token",
}


@config.command()
def check() -> None:
    """Show every setting, and try the servers they name."""
    settings = current_settings()
    for field in Settings.model_fields:
        value = getattr(settings, field)
        shown = ("set" if value else "") if field in SECRET else str(value)
        click.echo(f"{environment_name(field):26} {shown}")
    answers = health.readiness(only=["database", "redis"])
    if answers["database"] == "ok" and not database.is_current():
        answers["database"] = "its tables are not those of this release: run `flask database migrate`"
    for name, answer in answers.items():
        click.echo(f"{name:26} {answer}")
    if any(answer != "ok" for answer in answers.values()):
        raise click.ClickException("Hostler cannot work like this.")


@vault_cli.command()
@click.argument("name")
def new_key(name: str) -> None:
    """Make a key: add it last to HOSTLER_VAULT_KEYS and restart everything, put it first and restart, then rotate.

    In this order every process can read what any other one writes.
    """
    click.echo(f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}")


@vault_cli.command()
def rotate() -> None:
    """Re-encrypt everything under the first key of HOSTLER_VAULT_KEYS. Safe while the app runs."""
    outcome = vault.rotate()
    for column, rotated in outcome.items():
        click.echo(f"{column:40} {rotated}")
    if any(rotated.unreadable for rotated in outcome.values()):
        raise click.ClickException("Some rows need a key that is not in HOSTLER_VAULT_KEYS: keep the old one.")


def init_cli(app: Flask) -> None:
    for group in (config, vault_cli, database.cli):
        app.cli.add_command(group)
