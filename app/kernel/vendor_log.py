"""One row for each call to a vendor: what a person needs to see what went wrong, and no secret."""

import structlog
from sqlalchemy import Index
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped

from app.kernel.db import Row, transaction

LONGEST = 500

log = structlog.get_logger()


class VendorCall(Row):
    __tablename__ = "vendor_call"
    __table_args__ = (
        Index("ix_vendor_call_vendor", "vendor", "instance", "id"),
        Index("ix_vendor_call_created_at", "created_at"),
    )

    vendor: Mapped[str]
    instance: Mapped[str]
    method: Mapped[str]
    url: Mapped[str]
    status: Mapped[int | None]
    outcome: Mapped[str]  # done, refused, unreachable, unclear
    attempts: Mapped[int]
    duration_ms: Mapped[int]
    error: Mapped[str | None]
    request_id: Mapped[str | None]


def write(call: VendorCall) -> None:
    """In a transaction of its own. What the vendor did stays done, even where it cannot be written down."""
    told = structlog.contextvars.get_contextvars()
    call.request_id = told.get("request_id") or told.get("job_id")
    call.url = call.url[:LONGEST]
    try:
        with transaction() as session:
            session.add(call)
    except SQLAlchemyError as error:
        why = str(error).partition("\n")[0]
        log.warning("vendor call not written down", vendor=call.vendor, outcome=call.outcome, error=why)
