"""Imitations of vendors and the demo's entry: never loaded in production."""

from flask import Flask

from app.sandbox import gallery, mail, site


def init_app(app: Flask) -> None:
    for blueprint in (site.bp, mail.bp, gallery.bp):
        app.register_blueprint(blueprint)
