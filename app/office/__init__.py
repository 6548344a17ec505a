"""The office: what sees all other rooms."""

from flask import Flask

from app.office import portal, reactions, site, staff

__all__ = ["init_app", "reactions"]


def init_app(app: Flask) -> None:
    for blueprint in (*site.blueprints, portal.bp, *staff.blueprints):
        app.register_blueprint(blueprint)
    app.context_processor(site.notifications.context)
