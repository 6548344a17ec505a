from flask import abort, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel import outbox
from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.office import queues as verbs
from app.office.staff.desk import bp


@bp.get("/queues")
@staff("jobs.view")
def queues() -> Response:
    """The counts alone when htmx asks again every few seconds: what is being read below them does not move."""
    return page(
        "office/queues",
        region="_counts",
        states=verbs.states(),
        workers=verbs.workers(),
        dead=verbs.dead_jobs(),
        given_up=outbox.given_up(),
    )


@bp.post("/queues/jobs/<job_id>/<any(rerun, removal):act>")
@staff("jobs.manage")
def job(job_id: str, act: str) -> Response:
    again = act == "rerun"
    try:
        with transaction():
            (verbs.run_again if again else verbs.discard)(job_id)
    except Refusal as refusal:
        return done(url_for(".queues"), str(refusal), "stop")
    return done(url_for(".queues"), _("The job waits for a worker again.") if again else _("The job is discarded."))


@bp.post("/queues/events/<public_id>/rerun")
@staff("jobs.manage")
def event(public_id: str) -> Response:
    entry = find(OutboxEvent, public_id) or abort(404)
    try:
        with transaction():
            verbs.run_event_again(entry)
    except Refusal as refusal:
        return done(url_for(".queues"), str(refusal), "stop")
    return done(url_for(".queues"), _("The event is being delivered again."))
