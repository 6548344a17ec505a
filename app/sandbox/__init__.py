"""Imitations of vendors and the demo's entry: never loaded in production."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Blueprints are registered here."""
