"""Letters that failed, as staff see them."""

import pytest
from sqlalchemy import select

from app.kernel.db import db, transaction
from app.office import sending
from app.office.models import SentMail
from app.people.models import User
from tests.support.people import make_staff, make_user, sign_in


@pytest.fixture
def nobody(app, work_off, letterbox) -> User:
    user = make_user("Nobody", email="refused@example.com")
    with transaction():
        sending.owe("password_reset", user, cause="x", facts={})
    work_off()
    return user


def test_a_letter_that_failed_waits_with_its_reason_and_goes_again(client, nobody: User, work_off, letterbox) -> None:
    technician = sign_in(client, make_staff("Technician", "technician"))
    page = technician.get("/staff/letters")
    assert "550 5.1.1 No such mailbox" in page.text

    mail = db.session.scalars(select(SentMail)).one()
    mail.recipient = "found@example.com"
    answer = technician.submit("/staff/letters", f"#{_row(mail)} form")
    assert answer.status_code == 303
    work_off()
    assert letterbox.only.to == "found@example.com"
    assert "Every e-mail has left" in technician.get("/staff/letters").text

    again = technician.post(f"/staff/letters/{mail.public_id}/sending")
    assert again.status_code == 303
    work_off()
    assert len(letterbox.letters) == 1


def test_whoever_may_only_look_has_no_button(client, nobody: User) -> None:
    auditor = sign_in(client, make_staff("Auditor", "read_only"))
    assert "Send again" not in auditor.get("/staff/letters").text
    mail = db.session.scalars(select(SentMail)).one()
    assert auditor.post(f"/staff/letters/{mail.public_id}/sending").status_code == 403


def _row(mail: SentMail) -> str:
    return f"sent-mail-{mail.public_id}".replace("_", "-")


def test_a_mail_server_that_is_away_does_not_go_unseen(app, client, work_off, letterbox) -> None:
    letterbox.close()
    with transaction():
        sending.owe("password_reset", make_user("Anna"), cause="x", facts={})
    work_off()
    page = sign_in(client, make_staff("Technician", "technician")).get("/staff/letters").text
    assert "keeps e-mails waiting" in page
    assert "cannot be used" in page
    assert "Every e-mail has left" not in page
