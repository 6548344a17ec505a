"""One letter, out through SMTP. What it says and who gets it is decided elsewhere."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel import clock
from app.kernel.settings import current_settings

PATIENCE = 20  # seconds for each answer of the mail server
PERMANENT = 500  # from here on a reply means no; below it, not now


class LetterRefused(Exception):
    """The mail server will never take this letter: sending it again is in vain."""


class LetterDelayed(Exception):
    """It may go later. After a broken connection nobody knows whether it went: the Message-ID tells twins apart."""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    kind: str = "application/octet-stream"


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    message_id: str  # the part before the @; the same each time this letter is tried
    html: str = ""
    sender: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


def build(letter: Letter) -> EmailMessage:
    sender = letter.sender or current_settings().mail_from
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage(policy=POLICY)
    try:
        message["From"] = sender
        message["To"] = str(Address(addr_spec=letter.to))
        # A line break in a subject would begin the next header.
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{letter.message_id}@{domain}>"
        message["List-Id"] = f"<letters.{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in letter.headers:
            message[name] = value
    except (ValueError, IndexError, MessageError) as broken:
        raise LetterRefused(f"a header cannot be written: {broken}") from broken
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for one in letter.attachments:
        main, _, sub = one.kind.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message


def post(letter: Letter) -> None:
    """Hand the letter to the mail server, or raise LetterRefused or LetterDelayed."""
    message = build(letter)
    with _server() as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            raise _outcome(code, reason) from refused
        except smtplib.SMTPResponseException as refused:
            raise _outcome(refused.smtp_code, refused.smtp_error) from refused
        except smtplib.SMTPNotSupportedError as refused:
            raise LetterRefused(f"the mail server cannot deliver to this address: {refused}") from refused
        except (smtplib.SMTPException, OSError) as broken:
            raise LetterDelayed(f"the connection broke: {broken}") from broken


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    """Whatever fails in here says nothing about the letter: a wrong password must not lose anybody's mail."""
    where = urlsplit(current_settings().smtp_url)
    host = where.hostname or "localhost"
    server: smtplib.SMTP | None = None
    try:
        if where.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, where.port or 465, timeout=PATIENCE, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, where.port or 25, timeout=PATIENCE)
            if parse_qs(where.query).get("tls") == ["starttls"]:
                server.starttls(context=ssl.create_default_context())
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
    except (smtplib.SMTPException, OSError) as broken:
        if server is not None:
            server.close()
        raise LetterDelayed(f"the mail server cannot be used: {broken}") from broken
    try:
        yield server
    finally:
        # The letter's fate is known by now; how the two part does not change it.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _outcome(code: int, reason: bytes | str) -> Exception:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    kind = LetterRefused if code >= PERMANENT else LetterDelayed
    return kind(f"{code} {' '.join(words.split())}"[:1000])
