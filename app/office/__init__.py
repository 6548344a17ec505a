"""The office: what sees all other rooms."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Blueprints are registered here."""
