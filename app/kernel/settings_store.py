"""The few facts about this installation that are decided while it runs, not before it starts."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, db
from app.kernel.settings import SettingsError

DEMO = "demo.seeded"


class Setting(Model):
    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


def get(key: str, default: Any = None) -> Any:
    kept = db.session.get(Setting, key, populate_existing=True)
    return default if kept is None else kept.value


def put(key: str, value: Any) -> None:
    """In the caller's transaction."""
    new = {"value": value, "changed_at": clock.now()}
    db.session.execute(insert(Setting).values(key=key, **new).on_conflict_do_update(index_elements=["key"], set_=new))


def refuse_demo_data(app: Flask) -> None:
    """Everyone knows the demo's people: production does not start on a database that they live in."""
    with app.app_context():
        try:
            seeded = get(DEMO)
        except SQLAlchemyError:  # no database yet, or no tables in it: then no demo either, and /readyz says so
            return
        finally:
            db.session.remove()
            db.engine.dispose()  # what is forked from here on must share no connection
    if seeded:
        raise SettingsError({"DATABASE_URL": "holds the demo's data; give production a database of its own"})
