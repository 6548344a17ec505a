"""The portal's first page: what is so, and what is worth doing next. What later rooms have to show joins it here,
since the office sees them all: one query and one partial each.
"""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from app.kernel import navigation
from app.kernel.audience import customer
from app.kernel.lazy import lazy as _l
from app.kernel.pages import page
from app.office.next_steps import next_steps, standing
from app.people import roles
from app.people.models import MembershipRole

bp = Blueprint("office_portal", __name__)

bp.record(
    lambda _state: navigation.add("portal", _l("Overview"), "office_portal.home", permission="account.view", order=0)
)


@bp.get("/portal")
@customer("account.view")
def home() -> Response:
    here = g.presence
    now = standing(here.user, here.account)
    return page(
        "office/portal_home",
        steps=next_steps(here, now),
        members=now.members,
        role=roles.LABELS[MembershipRole(here.membership.role)],
    )
