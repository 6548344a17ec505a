"""One database, PostgreSQL: the session, the base of all tables, and the only door that commits."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

from app.kernel import clock

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# No vowels, no look-alikes: an id read over the telephone stays itself and never spells a word.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"


class Base(DeclarativeBase):
    # The map goes into a registry: Flask-SQLAlchemy copies this class's body, and a copy may not have both.
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            str: Text(),
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB(none_as_null=True),
            list[str]: ARRAY(Text()),
        },
    )


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # create_savepoint matters only when the session sits on a connection that is already in a transaction.
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

AnyModel = TypeVar("AnyModel", bound="PublicRow")


class Row(Model):
    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=90)


PREFIXES: dict[str, str] = {}  # table name -> what its public ids begin with


def _new_public_id(context: Any) -> str:
    return f"{PREFIXES[context.current_column.table.name]}_{new_code(12)}"


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class PublicRow(Row):
    """A row that the outside may name: by its public id, never by its key."""

    __abstract__ = True
    public_prefix: ClassVar[str]

    public_id: Mapped[str] = mapped_column(default=_new_public_id, unique=True, sort_order=-9)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__tablename__" in cls.__dict__:
            PREFIXES[cls.__tablename__] = cls.public_prefix


def find(model: type[AnyModel], public_id: str) -> AnyModel | None:
    return db.session.scalar(select(model).where(model.public_id == public_id))


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit what the block did, or nothing of it. Inside another one it simply takes part."""
    session = db.session()
    if session.info.get("in_transaction_block"):
        yield session
        return
    session.info["in_transaction_block"] = True
    callbacks: list[Callable[[], object]] = session.info.setdefault("after_commit", [])
    try:
        yield session
        session.commit()
    except BaseException:
        callbacks.clear()
        session.rollback()
        raise
    finally:
        session.info.pop("in_transaction_block")
    while callbacks:
        callbacks.pop(0)()


def after_commit(callback: Callable[[], object]) -> None:
    """Run `callback` once what the current block did is durable; at once when there is no block."""
    session = db.session()
    if session.info.get("in_transaction_block"):
        session.info.setdefault("after_commit", []).append(callback)
    else:
        callback()
