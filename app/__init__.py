"""Hostler: the composition root. It alone knows all rooms; they know only those on lower floors."""

import gc
from pathlib import Path

from flask import Flask

from app.kernel import acting, assets, audience, cli, errors, events, health, locales, logs, settings_store, web
from app.kernel.db import db
from app.kernel.redis import init_redis
from app.kernel.sessions import RedisSessions
from app.kernel.settings import Settings, load_settings
from app.kernel.templating import Environment, init_templates

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or load_settings()
    app = Flask("hostler", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        ROOT=ROOT,
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.mode == "test",
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # No ping before each use: when the database has gone and come back, the first request to find out is answered
        # with a 503 (see errors.py), and SQLAlchemy then drops every connection of the pool that is as old.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 10, "max_overflow": 10},
    )
    app.session_interface = RedisSessions()
    app.jinja_environment = Environment
    _lay_the_ground(app, settings)
    if settings.mode == "production":
        settings_store.refuse_demo_data(app)
    _furnish(app, settings)
    web.exempt_machines(app)
    audience.check_audiences(app)
    events.check_catalogue()
    if settings.mode != "test":
        gc.freeze()  # what is here now stays: the collector need not walk it again, and forks go on sharing it
    return app


def _lay_the_ground(app: Flask, settings: Settings) -> None:
    logs.init_logs(app)
    db.init_app(app)
    init_redis(app, settings.redis_url)
    web.init_web(app)
    acting.init_app(app)
    locales.init_locales(app)
    assets.init_assets(app)
    init_templates(app)
    errors.init_errors(app)
    health.init_health(app)
    cli.init_cli(app)
    app.view_functions["static"] = audience.public(app.view_functions["static"])


def _furnish(app: Flask, settings: Settings) -> None:
    from app import office, people  # kept beside the sandbox, whose import depends on the mode

    people.init_app(app)
    office.init_app(app)
    if settings.mode != "production":
        from app import sandbox  # imitations are not even loaded in production

        sandbox.init_app(app)


def for_commands() -> Flask:
    """The app for `flask …`: with no servers configured, it finds (or starts) those of the demo in this folder."""
    from app.kernel.embedded import prepare_command  # a web server is given its servers

    prepare_command()
    return create_app()
