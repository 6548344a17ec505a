"""The mail that arrived, as the sandbox shows it."""

import pytest

from app.kernel.mail import Letter, post
from app.sandbox import shelf
from app.sandbox.mailbox import Mailbox

LINK = "http://localhost:8000/verify/abc"


@pytest.fixture
def letter(letterbox) -> str:
    html = f'<script>alert(1)</script><p onclick="x()">See <a href="{LINK}">this</a></p>'
    post(Letter("anna@example.com", "Grüße <b>", f"See:\n{LINK}\n", "m1", html=html))
    return letterbox.only.id


def test_an_empty_mailbox_says_how_to_fill_it(client, letterbox) -> None:
    assert "No mail yet" in client.get("/sandbox/mail").text


def test_the_list_and_the_letter(client, letter: str) -> None:
    page = client.get("/sandbox/mail")
    assert "Grüße &lt;b&gt;" in page.text
    shown = client.get(f"/sandbox/mail/{letter}")
    assert f'href="{LINK}"' in shown.text
    assert "<script>alert" not in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]


def test_the_html_of_a_letter_is_kept_in_a_frame_of_its_own(client, letter: str) -> None:
    client.linting = False  # a letter is not a page of ours
    shown = client.get(f"/sandbox/mail/{letter}/html")
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/sandbox/mail").headers["X-Frame-Options"] == "DENY"


def test_the_source_is_plain_text(client, letter: str) -> None:
    client.linting = False
    assert client.get(f"/sandbox/mail/{letter}/source").content_type.startswith("text/plain")


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "nothing", "20260101T000000000000-00000000"])
def test_other_files_cannot_be_read(client, letterbox, name: str) -> None:
    assert client.get(f"/sandbox/mail/{name}").status_code == 404
    assert client.get(f"/sandbox/mail/{name}/source").status_code == 404


def test_clearing(client, letter: str) -> None:
    assert client.submit("/sandbox/mail", "form[action='/sandbox/mail/clearing']").status_code == 303
    assert "No mail yet" in client.get("/sandbox/mail").text


def test_only_the_newest_are_kept_and_a_restart_loses_none(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "KEPT", 3)
    for number in range(5):
        Mailbox(tmp_path).keep(f"Subject: {number}\n\n".encode())
    assert [letter.subject for letter in Mailbox(tmp_path).newest()] == ["4", "3", "2"]


def test_mail_that_is_damaged_is_shown_all_the_same(client, letterbox) -> None:
    letterbox.mailbox.keep(b"\xff\xfe not a mail at all \x00")
    letterbox.mailbox.keep(b"Content-Type: text/plain; charset=nonsense\n\n\xff")
    assert client.get("/sandbox/mail").status_code == 200
    for letter in letterbox.letters:
        assert client.get(f"/sandbox/mail/{letter.id}").status_code == 200


def test_the_index_and_the_alerts(client, letterbox) -> None:
    assert client.get("/sandbox").status_code == 200
    assert "No alerts yet" in client.get("/sandbox/discord").text
