"""What the app tells a person in the app, and which letters a person has chosen to get."""

import re

import pytest

from app.kernel.db import db, transaction
from app.kernel.events import announce
from app.office import notifications, preferences
from app.office.models import SentMail
from app.people import events
from app.people.models import User
from tests.support.pages import soup
from tests.support.people import make_account, make_staff, make_user, sign_in

AT = "2026-03-01T10:00:00+00:00"


@pytest.fixture
def inside(client, anna: User):
    make_account("Example BV", owner=anna)
    db.session.commit()
    return sign_in(client, anna)


def test_changed_security_stands_there_until_it_is_read(inside, anna: User, work_off) -> None:
    with transaction():
        announce(events.SecurityChanged(anna.public_id, "password", AT, "203.0.113.7"))
    work_off()
    page = inside.get("/notifications")
    assert "Your password was changed." in page.text
    assert notifications.unread(anna) == 1
    inside.submit("/notifications", "form[action='/notifications/reading']")
    assert notifications.unread(anna) == 0
    assert "Mark all as read" not in inside.get("/notifications").text


def test_an_empty_page_says_what_would_be_there(inside) -> None:
    assert "Nothing yet" in inside.get("/notifications").text
    assert "<html" not in inside.get("/notifications", htmx="notifications").text


def test_nobody_reads_what_others_are_told(inside, anna: User) -> None:
    other = make_user("Ben")
    notifications.tell(other, "email_changed", cause="x")
    assert "Your e-mail address was changed" not in inside.get("/notifications").text


def test_the_same_cause_tells_once(app, anna: User) -> None:
    notifications.tell(anna, "email_changed", cause="x")
    notifications.tell(anna, "email_changed", cause="x")
    assert notifications.unread(anna) == 1


def test_whatever_is_told_has_words(app, anna: User) -> None:
    facts = {"what": "password", "ip": "203.0.113.7", "name": "100% Ben <b>", "account": "Example BV"}
    for kind in notifications.wordings:
        notifications.tell(anna, kind, cause="x", facts=facts)
    words = [notifications.words(one) for one in notifications.latest(anna)]
    assert "100% Ben <b> now has access to Example BV." in words
    assert all("%(" not in one for one in words)


def test_each_line_leads_to_where_it_is_about(inside, anna: User) -> None:
    for kind in notifications.wordings:
        notifications.tell(anna, kind, cause="x", facts={"what": "password", "ip": "", "name": "Ben", "account": "X"})
    links = soup(inside.get("/notifications")).select("#notifications th a")
    assert len(links) == len(notifications.wordings)
    assert {inside.get(link["href"]).status_code for link in links} == {200}


def test_the_choice_of_e_mails_is_one_of_the_tabs(inside) -> None:
    current = soup(inside.get("/account/notifications")).select_one(".tabs [aria-current]")
    assert current["href"] == "/account/notifications"
    assert soup(inside.get("/profile")).select_one(".tabs [href='/account/notifications']")


def test_colleagues_read_theirs_in_the_back_office(client) -> None:
    colleague = make_staff("Colleague", "support")
    assert 'data-face="staff"' in sign_in(client, colleague).get("/notifications").text


def test_a_visitor_is_asked_to_sign_in(client) -> None:
    assert client.get("/notifications").status_code == 303
    assert client.get("/account/notifications").status_code == 303


# ---------------------------------------------------------------- letters


def test_what_is_switched_off_is_not_written(inside, anna: User, work_off, letterbox) -> None:
    answer = inside.submit("/account/notifications", "#preferences form", kinds=["team"])
    assert answer.status_code == 303
    assert preferences.choices(anna) == {"new_place": False, "team": True}
    with transaction():
        announce(events.SignedInFromNewPlace(anna.public_id, AT, "203.0.113.7", "Firefox"))
    work_off()
    assert letterbox.letters == []
    assert notifications.unread(anna) == 1  # in the app it stands all the same


def test_essential_letters_cannot_be_switched_off(inside, anna: User, work_off, letterbox) -> None:
    inside.submit("/account/notifications", "#preferences form", kinds=[])
    with transaction():
        announce(events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    assert letterbox.only.subject == "Choose a new password"
    assert letterbox.only.message["List-Unsubscribe"] is None


def test_an_invented_kind_is_refused(inside, anna: User) -> None:
    answer = inside.post("/account/notifications", data={"kinds": ["everything"]})
    assert answer.status_code == 422
    assert preferences.choices(anna) == {"new_place": True, "team": True}


@pytest.fixture
def stop_path(app, anna: User, work_off, letterbox) -> str:
    with transaction():
        announce(events.SignedInFromNewPlace(anna.public_id, AT, "203.0.113.7", "Firefox"))
    work_off()
    header = letterbox.only.message["List-Unsubscribe"]
    found = re.search(r"<http://localhost:8000(/letters/stop/[^>]+)>", "".join(header.split()))
    assert found
    return found[1]


def test_the_link_in_a_letter_asks_before_it_stops(client, anna: User, stop_path: str) -> None:
    page = client.get(stop_path)
    assert page.status_code == 200
    assert preferences.wants(anna, "new_place")  # a scanner that follows links changes nothing
    assert "Done" in client.submit(page, "#stopping form").text
    assert not preferences.wants(anna, "new_place")


def test_a_mail_program_stops_them_with_one_post(client, anna: User, stop_path: str) -> None:
    answer = client.post(stop_path, data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    assert not preferences.wants(anna, "new_place")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_tampered_with_leads_nowhere(client, anna: User, stop_path: str, method: str) -> None:
    assert getattr(client, method)(f"{stop_path[:-3]}xxx").status_code == 404
    assert preferences.wants(anna, "new_place")


def test_the_address_of_a_letter_is_in_no_row(app, stop_path: str) -> None:
    token = stop_path.rpartition("/")[2]
    assert all(token not in repr(vars(row)) for row in db.session.query(SentMail))
