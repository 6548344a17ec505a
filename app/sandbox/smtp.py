"""A real mail server that delivers nowhere: every letter lands in the mailbox of the sandbox.

Addresses that begin with `refused` or `later` get the answers a mail server gives to mail it will never, or not now,
take, so that both can be seen.
"""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.sandbox.mailbox import Mailbox

ANSWERS = {"refused": "550 5.1.1 No such mailbox", "later": "451 4.3.0 Try again later"}


class Postbox:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for beginning, answer in ANSWERS.items():
            if address.lower().startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        self.mailbox.keep(content.encode() if isinstance(content, str) else content or b"")
        return "250 Kept"


def mail_server(mailbox: Mailbox, host: str, port: int) -> Controller:
    return Controller(Postbox(mailbox), hostname=host, port=port)
