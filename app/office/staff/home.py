from flask import g
from werkzeug.wrappers import Response

from app.kernel import duties
from app.kernel.audience import staff
from app.kernel.pages import page
from app.office.staff.desk import bp
from app.people import audit_search

LATEST = 8


@bp.get("")
@staff("staff.home")
def home() -> Response:
    may_audit = g.may("audit.view")
    return page(
        "office/staff_home",
        region="_home",
        duties=duties.waiting(g.may),
        security=audit_search.latest("security.", LATEST) if may_audit else None,
    )
