"""`flask demo …`: only where the demo is; production does not know the command."""

import click
from flask.cli import AppGroup

from app.kernel.refusal import Refusal
from app.sandbox.demo import seeding

demo_cli = AppGroup("demo", help="The demo's shop.")


@demo_cli.command()
def seed() -> None:
    """Fill an empty database with customers, colleagues and a year of history. Safe to repeat."""
    try:
        made = seeding.seed()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The demo's shop is open." if made else "The demo's shop was there already.")
