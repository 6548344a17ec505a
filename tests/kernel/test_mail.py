"""One letter, out through SMTP: what it looks like on the wire, and what a mail server may answer."""

import smtplib
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from app.kernel import clock
from app.kernel.mail import Attachment, Letter, LetterDelayed, LetterRefused, build, post
from tests.support.letterbox import Letterbox, free_port

SOMEBODY = Letter(
    to="anna@example.com", subject="Grüße aus Gent", text="Hallo.\n", html="<p>Hallo.</p>", message_id="mail_abc"
)


def changed(**changes: object) -> Letter:
    return Letter(**{**SOMEBODY.__dict__, **changes})  # type: ignore[arg-type]


def test_a_letter_arrives_in_two_parts_and_in_unicode(letterbox: Letterbox) -> None:
    post(SOMEBODY)
    letter = letterbox.only
    assert letter.message.get_content_type() == "multipart/alternative"
    assert letter.subject == "Grüße aus Gent"
    assert letter.text.strip() == "Hallo."
    assert letter.html.strip() == "<p>Hallo.</p>"
    assert letter.message["Message-ID"] == "<mail_abc@localhost>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["List-Id"] == "<letters.localhost>"


def test_a_letter_is_dated_by_our_clock(app) -> None:
    with clock.at(datetime(2026, 2, 28, 12, tzinfo=UTC)) as moment:
        assert build(SOMEBODY)["Date"].datetime == moment


def test_an_attachment_travels_along(letterbox: Letterbox) -> None:
    post(changed(attachments=(Attachment("invoice.pdf", b"%PDF-1.7 ...", "application/pdf"),)))
    assert letterbox.only.attachments == ["invoice.pdf"]


def test_a_line_break_in_a_subject_begins_no_header(letterbox: Letterbox) -> None:
    post(changed(subject="Welcome\r\nBcc: everyone@example.com\r\n\r\nbody"))
    letter = letterbox.only
    assert letter.message["Bcc"] is None
    assert letter.subject == "Welcome Bcc: everyone@example.com body"


@pytest.mark.parametrize(
    "to",
    [
        "anna@example.com\r\nBcc: everyone@example.com",
        "anna@example.com\nBcc: everyone@example.com",
        "anna@example.com, everyone@example.com",
        "Anna <anna@example.com>",
        "nobody",
        "",
    ],
)
def test_what_is_no_single_address_gets_no_letter(letterbox: Letterbox, to: str) -> None:
    with pytest.raises(LetterRefused):
        post(changed(to=to))
    assert letterbox.letters == []


def test_a_line_break_in_a_header_of_our_own_is_refused(app) -> None:
    with pytest.raises(LetterRefused):
        build(changed(headers=(("List-Unsubscribe", "<https://x.example>\r\nBcc: a@example.com"),)))


def test_a_mailbox_that_does_not_exist_is_a_final_no(letterbox: Letterbox) -> None:
    with pytest.raises(LetterRefused, match="550"):
        post(changed(to="refused@example.com"))


def test_a_mailbox_that_is_busy_may_take_it_later(letterbox: Letterbox) -> None:
    with pytest.raises(LetterDelayed, match="451"):
        post(changed(to="later@example.com"))


def test_without_a_mail_server_the_letter_waits(letterbox: Letterbox) -> None:
    letterbox.close()
    with pytest.raises(LetterDelayed, match="cannot be used"):
        post(SOMEBODY)


def test_a_mail_server_without_the_encryption_we_insist_on_gets_nothing(app, letterbox: Letterbox) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"smtp_url": f"{letterbox.url}?tls=starttls"})
    with pytest.raises(LetterDelayed, match="STARTTLS"):
        post(SOMEBODY)
    assert letterbox.letters == []


def test_a_password_that_the_mail_server_refuses_loses_no_letter(app, letterbox: Letterbox) -> None:
    settings = app.config["SETTINGS"]
    url = f"smtp://us%40example.com:secret@127.0.0.1:{letterbox.port}"
    app.config["SETTINGS"] = settings.model_copy(update={"smtp_url": url})
    with pytest.raises(LetterDelayed):
        post(SOMEBODY)


def test_a_server_that_hangs_up_rudely_after_taking_the_letter_has_taken_it(
    letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rude(_server: smtplib.SMTP) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", rude)
    post(SOMEBODY)
    assert letterbox.only.subject == "Grüße aus Gent"


def test_the_port_of_nobody_is_a_delay(app) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{free_port()}"})
    try:
        with pytest.raises(LetterDelayed):
            post(SOMEBODY)
    finally:
        app.config["SETTINGS"] = settings


def test_what_is_built_reads_back_the_same(app) -> None:
    read = message_from_bytes(build(SOMEBODY).as_bytes(), policy=default)
    assert read["Subject"] == "Grüße aus Gent"
