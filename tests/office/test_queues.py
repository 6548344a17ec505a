"""What the workers left behind, and giving it back to them."""

import pytest

from app.kernel import outbox
from app.kernel.db import db
from app.kernel.outbox import OutboxEvent
from app.kernel.queueing import enqueue, queue
from app.people.models import AuditEntry
from tests.support.pages import soup, text


@pytest.fixture
def technician(cast):
    return cast["staff technician"]()


def die(work_off, *arguments):
    """A job that has used up its tries."""
    enqueue("mail", "builtins.int", *arguments)
    one = queue("mail")
    for job_id in one.job_ids:
        job = one.fetch_job(job_id)
        job.retries_left = 0
        job.save()
    work_off(failing=True)
    (job_id,) = one.failed_job_registry.get_job_ids()
    return job_id


@pytest.fixture
def dead(cast, work_off):
    return die(work_off, "a" * 500)


def give_up():
    event = OutboxEvent(name="AccountClosed", fact={"account": "acc_x"}, due_at=None, tries=8, error="office.x: Oh no")
    db.session.add(event)
    db.session.commit()
    return event


def last():
    return db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()


def test_all_is_well_reads_well(cast, technician):
    shown = text(technician.get("/staff/queues"))
    for words in ("No worker has been seen", "No job has failed", "Every event has arrived", "upkeep"):
        assert words in shown


def test_a_dead_job_is_shown_with_its_error_and_shortened_arguments(technician, dead):
    shown = text(technician.get("/staff/queues"))
    assert "builtins.int" in shown
    assert "ValueError: invalid literal" in shown
    assert f"({'a' * 600}" not in shown


def test_a_dead_job_runs_again(technician, dead, work_off):
    technician.submit("/staff/queues", f"#job-{dead} form[action$=rerun]")
    assert queue("mail").job_ids == [dead]
    assert last().action == "job.run_again"
    assert queue("mail").fetch_job(dead).retries_left == 5
    again = technician.post(f"/staff/queues/jobs/{dead}/rerun", follow_redirects=True)
    assert "not among the failed ones" in again.text


def test_a_dead_job_is_discarded(technician, dead):
    technician.submit("/staff/queues", f"#job-{dead} form[action$=removal]")
    assert queue("mail").failed_job_registry.get_job_ids() == []
    assert last().action == "job.discarded"
    assert technician.post("/staff/queues/jobs/unknown/removal").status_code == 303


def test_a_job_that_is_waiting_cannot_be_discarded_here(technician):
    enqueue("mail", "builtins.int")
    (waiting,) = queue("mail").job_ids
    technician.post(f"/staff/queues/jobs/{waiting}/removal")
    assert queue("mail").job_ids == [waiting]


def test_an_event_that_was_given_up_is_delivered_again(technician):
    event = give_up()
    assert outbox.count_given_up() == 1
    assert "Oh no" in text(technician.get("/staff/queues"))
    technician.submit("/staff/queues", "#given-up form")
    assert event.due_at is not None
    assert last().action == "event.run_again"
    assert technician.post(f"/staff/queues/events/{event.public_id}/rerun").status_code == 303
    assert technician.post("/staff/queues/events/evt_unknown/rerun").status_code == 404


def test_the_counts_ask_for_themselves_and_nothing_else_moves(technician, dead):
    answer = technician.get("/staff/queues", htmx="queue-counts")
    counts = soup(answer).find(id="queue-counts")
    assert counts["hx-trigger"] == "every 5s"
    assert not soup(answer).find(id="dead-jobs")


def test_the_menu_counts_what_waits(technician, dead):
    entry = soup(technician.get("/staff")).select_one("nav a[href='/staff/queues']")
    assert entry.select_one(".count").text == "1"


def test_looking_does_not_mean_acting(cast, dead):
    reader = cast["staff read_only"]()
    assert not soup(reader.get("/staff/queues")).select("#main form")
    assert reader.post(f"/staff/queues/jobs/{dead}/rerun").status_code == 403
    assert cast["staff billing"]().get("/staff/queues").status_code == 403
    assert cast["owner"]().get("/staff/queues").status_code == 404
