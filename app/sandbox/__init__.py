"""Imitations of vendors and the demo's entry: never loaded in production."""

from flask import Flask

from app.sandbox import entry, gallery, mail, site
from app.sandbox.demo.cli import demo_cli


def init_app(app: Flask) -> None:
    for blueprint in (entry.bp, site.bp, mail.bp, gallery.bp):
        app.register_blueprint(blueprint)
    app.cli.add_command(demo_cli)
