"""The different values of an indexed column, found by leaping from one to the next: rows do not count, values do."""

from typing import Any

from sqlalchemy import func, select

from app.kernel.db import db


def values_of(column: Any) -> list[Any]:
    leap = select(func.min(column).label("value")).cte("leap", recursive=True)
    following = select(func.min(column)).where(column > leap.c.value).scalar_subquery()
    leap = leap.union_all(select(following).where(leap.c.value.is_not(None)))
    return list(db.session.scalars(select(leap.c.value).where(leap.c.value.is_not(None))))
