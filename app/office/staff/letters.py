"""Letters that did not arrive: why, and once that is mended, again."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.kernel import duties, navigation
from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.office import sending
from app.office.models import SentMail

bp = Blueprint("office_letters", __name__, url_prefix="/staff/letters")


@bp.record
def furnish(_state: Any) -> None:
    count, page_of_them = sending.count_failed, "office_letters.show"
    navigation.add(
        "staff",
        _l("E-mails"),
        page_of_them,
        permission="jobs.view",
        group=_l("House"),
        key="l",
        order=61,
        counted=count,
    )
    duties.add(
        _l("E-mails that failed"),
        count,
        page_of_them,
        permission="jobs.view",
        waiting=_l("Correct the address or the mail server, then send them again."),
        none=_l("No e-mail was given up."),
        order=45,
    )


@bp.get("")
@staff("jobs.view")
def show() -> Response:
    return page("office/letters", letters=sending.failed(), delayed=sending.delayed())


@bp.post("/<public_id>/sending")
@staff("jobs.manage")
def send(public_id: str) -> AnyResponse:
    mail = find(SentMail, public_id) or abort(404)
    try:
        with transaction():
            sending.try_again(mail)
    except Refusal as refusal:
        return done(url_for(".show"), str(refusal), "stop")
    return done(url_for(".show"), _("The e-mail is on its way again."))
