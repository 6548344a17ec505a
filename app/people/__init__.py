"""People: accounts that buy, users who sign in, staff who help, and the record of what they did."""

from flask import Flask
from flask_login import LoginManager

from app.kernel import database
from app.people import acts, guards, noticing, permissions, reactions, staff_roles, surroundings
from app.people.cli import audit_cli, people_cli
from app.people.portal import blueprints as portal
from app.people.site import blueprints as site
from app.people.staff import blueprints as staff

__all__ = ["guards", "init_app", "reactions"]

login = LoginManager()
# The session itself is on the server and bound to nothing that a roaming telephone changes.
login.session_protection = None  # type: ignore[assignment]  # documented, but its default is a text


def init_app(app: Flask) -> None:
    login.init_app(app, add_context_processor=False)
    permissions.declare()
    if staff_roles.ensure_roles not in database.after_migration:
        database.after_migration.append(staff_roles.ensure_roles)
    for blueprint in (*site, *portal, *staff):
        app.register_blueprint(blueprint)
    noticing.init_app(app)
    app.context_processor(surroundings.context)
    app.jinja_env.filters["act"] = acts.named
    app.cli.add_command(people_cli)
    app.cli.add_command(audit_cli)
