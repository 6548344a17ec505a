"""Throwing away what nobody asks for any more, a little at a time."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from app.kernel import clock
from app.kernel.db import Row, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.vendor_log import VendorCall

KEEP = timedelta(days=90)
AT_ONCE = 1000


def tidy() -> int:
    """Facts that everyone has heard, and the log of calls to vendors. Returns how many rows went."""
    before = clock.now() - KEEP
    return _empty(OutboxEvent, OutboxEvent.delivered_at < before) + _empty(VendorCall, VendorCall.created_at < before)


def _empty(model: type[Row], old: ColumnElement[bool]) -> int:
    gone = 0
    while True:
        with transaction() as session:
            some = select(model.id).where(old).limit(AT_ONCE).with_for_update(skip_locked=True)
            found = session.scalars(delete(model).where(model.id.in_(some)).returning(model.id)).all()
        gone += len(found)
        if len(found) < AT_ONCE:
            return gone
