"""From a fact to a letter in a mailbox: once, in the right language, whatever breaks on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import mail as smtp
from app.kernel.acting import Actor
from app.kernel.db import db, transaction
from app.kernel.events import announce, catalogue, reactions
from app.kernel.lifecycle import move
from app.office import letters, preferences, sending
from app.office.models import SentMail
from app.people import events
from app.people.models import Invitation, Membership, User
from app.people.registering import Registration, register
from tests.support.people import make_account, make_user

AT = "2026-03-01T10:00:00+00:00"


def owed() -> list[SentMail]:
    return list(db.session.scalars(select(SentMail).order_by(SentMail.id).execution_options(populate_existing=True)))


def announced(*facts: object) -> None:
    with transaction():
        for fact in facts:
            announce(fact)


def test_a_registration_brings_one_letter_with_a_link(app, work_off, letterbox) -> None:
    with transaction():
        user = register(Registration("Anna Example", "anna@example.com", "correct horse battery", "NL"))
    work_off()
    letter = letterbox.only
    assert letter.to == "anna@example.com"
    assert letter.subject == "Welcome to Hostler"
    assert letter.message.get_content_type() == "multipart/alternative"
    assert "Hello Anna Example" in letter.text
    assert [link for link in letter.links if "/verify" in link or "confirm" in link] != []
    (row,) = owed()
    assert (row.status, row.tries, row.subject, row.user_id) == ("sent", 1, "Welcome to Hostler", user.id)


def test_a_registration_that_is_repeated_tells_the_owner_of_the_address(app, work_off, letterbox, anna: User) -> None:
    with transaction():
        assert register(Registration("Eve", "anna@example.com", "correct horse battery", "NL")) is None
    work_off()
    assert letterbox.only.subject == "You already have an account"
    assert "Eve" not in letterbox.only.text


def test_the_reader_s_language_and_the_reader_s_name(app, work_off, letterbox) -> None:
    user = make_user("Jan <b>*Voorbeeld*</b>", email="jan@example.com", locale="nl")
    announced(events.SignedInFromNewPlace(user.public_id, AT, "203.0.113.7", "Firefox"))
    work_off()
    assert "Jan <b>*Voorbeeld*</b>" in letterbox.only.text
    assert "1 maart 2026" in letterbox.only.text
    assert 'lang="nl"' in letterbox.only.html


def test_the_row_holds_neither_link_nor_secret(app, work_off, letterbox, anna: User) -> None:
    announced(events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    (row,) = owed()
    assert row.facts == {"user": anna.public_id, "at": AT}
    token = next(link for link in letterbox.only.links if "reset" in link).rpartition("/")[2]
    assert token not in repr(row.__dict__)


def test_the_same_fact_twice_is_one_letter(app, work_off, letterbox, anna: User) -> None:
    announced(events.PasswordResetAsked(anna.public_id, AT), events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    assert len(letterbox.letters) == 1


def test_asking_again_sends_again(app, work_off, letterbox) -> None:
    user = make_user("New", email="new@example.com", verified=False)
    announced(events.EmailVerificationAsked(user.public_id, AT))
    announced(events.EmailVerificationAsked(user.public_id, AT.replace("10:", "11:")))
    work_off()
    assert len(letterbox.letters) == 2
    assert len({letter.message["Message-ID"] for letter in letterbox.letters}) == 2


def test_what_is_no_longer_so_is_not_written(app, work_off, letterbox, anna: User) -> None:
    announced(events.EmailVerificationAsked(anna.public_id, AT))
    work_off()
    assert letterbox.letters == []
    assert [(row.status, row.error) for row in owed()] == [("dropped", "the address is verified")]


def test_a_fact_whose_change_was_rolled_back_writes_nothing(app, work_off, letterbox, anna: User) -> None:
    def break_off() -> None:
        with transaction():
            announce(events.PasswordResetAsked(anna.public_id, AT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    work_off()
    assert (letterbox.letters, owed()) == ([], [])


def test_a_mail_server_that_is_down_only_delays(app, work_off, letterbox, clock, anna: User) -> None:
    letterbox.close()
    announced(events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    (row,) = owed()
    assert (row.status, row.tries) == ("waiting", 1)
    assert "cannot be used" in (row.error or "")

    assert sending.sweep() == 0  # not yet
    clock.forward(minutes=5)
    letterbox.open()
    assert sending.sweep() == 1
    work_off()
    (row,) = owed()
    assert (row.status, row.tries, row.error) == ("sent", 2, None)
    assert letterbox.only.message["Message-ID"] == f"<{row.public_id}@localhost>"


def test_a_mail_server_that_stays_down_is_asked_ever_less_often_and_then_no_more(
    app, work_off, letterbox, clock, anna: User
) -> None:
    letterbox.close()
    announced(events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    waits = []
    while (row := owed()[0]).status == "waiting":
        waits.append(row.due_at - clock.now())
        clock.set(row.due_at)
        sending.sweep()
        work_off()
    assert row.status == "failed"
    assert row.tries == sending.MOST_TRIES
    assert waits == sorted(waits)
    assert waits[-1] == sending.LONGEST_WAIT

    letterbox.open()
    with transaction():
        sending.try_again(row)
    work_off()
    assert owed()[0].status == "sent"


def test_a_permanent_refusal_is_recorded_and_not_repeated(app, work_off, letterbox, clock) -> None:
    user = make_user("Nobody", email="refused@example.com")
    announced(events.PasswordResetAsked(user.public_id, AT))
    work_off()
    (row,) = owed()
    assert (row.status, row.tries) == ("failed", 1)
    assert row.error == "550 5.1.1 No such mailbox"
    clock.forward(days=1)
    assert sending.sweep() == 0


def test_a_mailbox_that_is_busy_gets_it_later(app, work_off, letterbox) -> None:
    user = make_user("Busy", email="later@example.com")
    announced(events.PasswordResetAsked(user.public_id, AT))
    work_off()
    (row,) = owed()
    assert (row.status, row.error) == ("waiting", "451 4.3.0 Try again later")


def test_a_worker_that_dies_after_posting_sends_a_twin_of_the_same_name(
    app, work_off, letterbox, clock, monkeypatch, anna: User
) -> None:
    class Killed(BaseException):
        pass

    def post_and_die(letter: smtp.Letter) -> None:
        smtp.post(letter)
        raise Killed

    with transaction():
        sending.owe("password_reset", anna, cause=AT, facts={"user": anna.public_id, "at": AT})
    mail_id = owed()[0].id
    app.extensions["redis"].flushdb()  # and its queue is lost with it
    monkeypatch.setattr(sending, "post", post_and_die)
    with pytest.raises(Killed):
        sending.send(mail_id)
    monkeypatch.undo()
    assert owed()[0].status == "sending"

    assert sending.sweep() == 0  # it may still be alive
    clock.set(owed()[0].due_at)
    assert sending.sweep() == 1
    work_off()
    assert owed()[0].status == "sent"
    first, second = letterbox.letters
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_a_letter_is_claimed_by_one_worker(app, letterbox, anna: User) -> None:
    with transaction():
        sending.owe("password_reset", anna, cause=AT, facts={"user": anna.public_id, "at": AT})
    mail_id = owed()[0].id
    sending.send(mail_id)
    sending.send(mail_id)
    assert len(letterbox.letters) == 1


def test_a_letter_that_cannot_be_written_waits_for_its_mending(
    app, work_off, letterbox, anna: User, monkeypatch
) -> None:
    def broken(_mail: SentMail) -> letters.Values:
        raise KeyError("nobody")

    monkeypatch.setitem(letters.catalogue, "password_reset", letters.Template(broken, None))
    announced(events.PasswordResetAsked(anna.public_id, AT))
    work_off()
    (row,) = owed()
    assert (row.status, row.error) == ("waiting", "KeyError('nobody')")


# ---------------------------------------------------------------- what is written on which occasion


def test_a_new_address_is_asked_and_the_old_one_warned(app, work_off, letterbox, anna: User) -> None:
    announced(events.EmailChangeAsked(anna.public_id, "new@example.com", AT))
    work_off()
    sent = {letter.to: letter for letter in letterbox.letters}
    assert sent["new@example.com"].subject == "Confirm your new e-mail address"
    assert sent["anna@example.com"].subject == "Somebody wants to change your e-mail address"
    secret = [link for link in sent["new@example.com"].links if "token" in link or "email" in link]
    assert not set(secret) & set(sent["anna@example.com"].links)


def test_the_old_address_hears_that_it_is_the_old_one(app, work_off, letterbox, anna: User) -> None:
    announced(events.EmailChanged(anna.public_id, "old@example.com", AT))
    work_off()
    assert letterbox.only.to == "old@example.com"


@pytest.mark.parametrize("what", sorted(["password", "totp_on", "passkey_added", "token_added", "unheard_of"]))
def test_changed_security_is_told(app, work_off, letterbox, anna: User, what: str) -> None:
    announced(events.SecurityChanged(anna.public_id, what, AT, "203.0.113.7"))
    work_off()
    assert "203.0.113.7" in letterbox.only.text
    assert what not in letterbox.only.subject or what == "password"


def test_an_invitation_goes_to_a_stranger_in_the_inviter_s_language(app, work_off, letterbox, clock) -> None:
    owner = make_user("Jan", email="jan@example.com", locale="nl")
    account = make_account("Voorbeeld BV", owner=owner)
    asked = Invitation(
        account=account,
        email="piet@example.com",
        role="billing",
        invited_by=owner,
        expires_at=clock.now() + timedelta(7),
    )
    db.session.add(asked)
    db.session.flush()
    announced(events.InvitationSent(asked.public_id, AT))
    work_off()
    assert letterbox.only.to == "piet@example.com"
    assert "Voorbeeld BV" in letterbox.only.subject
    assert 'lang="nl"' in letterbox.only.html


def test_owners_hear_who_joined_unless_they_do_not_want_to(app, work_off, letterbox, clock) -> None:
    anna, ben = make_user("Anna", email="anna@example.com"), make_user("Ben", email="ben@example.com")
    account = make_account("Example BV", owner=anna)
    db.session.add(Membership(account=account, user=ben, role="owner"))
    joined = make_user("Piet", email="piet@example.com")
    asked = Invitation(
        account=account, email=joined.email, role="billing", invited_by=anna, expires_at=clock.now() + timedelta(7)
    )
    db.session.add(asked)
    preferences.choose(ben, "team", wanted=False)
    db.session.flush()
    announced(events.InvitationAccepted(asked.public_id, joined.public_id))
    work_off()
    letter = letterbox.only
    assert letter.to == "anna@example.com"
    assert letter.subject == "Piet now has access to Example BV"
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_owners_hear_of_suspension_and_reopening_but_not_of_their_own_opening(app, work_off, letterbox) -> None:
    anna = make_user("Anna", email="anna@example.com")
    make_user("Other", email="other@example.com")
    account = make_account("Example BV", owner=anna)
    house = Actor.system("test")
    for status in ("active", "suspended", "active", "suspended", "closed"):
        with transaction():
            move(account, status, by=house, why="a test")
        work_off()
    assert [letter.subject for letter in letterbox.letters] == [
        "The account Example BV is suspended",
        "The account Example BV is open again",
        "The account Example BV is suspended",
        "The account Example BV is closed",
    ]


def test_every_template_belongs_to_a_letter_and_every_letter_has_one(app) -> None:
    names = {path for path in app.jinja_env.list_templates(["md"]) if path.startswith("mail/")}
    assert names == {f"mail/{name}.md" for name in letters.catalogue}


def test_every_fact_of_the_people_is_heard_or_known_to_be_for_others(app) -> None:
    for_others = {"EmailVerified", "PasswordForgotten"}
    heard = {fact for fact, found in reactions.items() if any(name.startswith("office.") for name in found)}
    announced_there = {name for name, fact in catalogue.items() if fact.__module__ == events.__name__}
    assert announced_there - heard == for_others
