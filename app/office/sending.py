"""Letters that are owed, and how they leave.

`owe` writes a row in the transaction of whatever caused it. A job claims the row, writes the letter and posts it with
no transaction open. A worker that dies in between leaves the row to the sweep, and the letter may go twice: both
times under one Message-ID, which mail programs show once.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.mail import LetterDelayed, LetterRefused, post
from app.kernel.queueing import enqueue
from app.kernel.refusal import Refusal
from app.office import letters, preferences
from app.office.models import SentMail
from app.people.models import User

log = structlog.get_logger()

QUEUE_HAS = timedelta(minutes=2)  # for a queued job to begin; past this the sweep asks again
WORKER_HAS = timedelta(minutes=5)  # more than any SMTP dialogue takes before its own patience ends
LONGEST_WAIT = timedelta(hours=4)
MOST_TRIES = 16  # about a day and a half of a mail server that is away
SWEEP_AT_ONCE = 500
SHOWN = 100
_FAILED = (SentMail.status == "failed",)
_DELAYED = (SentMail.status == "waiting", SentMail.tries > 0)


class Delayed(NamedTuple):
    error: str  # of the newest
    letters: int


def owe(
    template: str,
    to: User | str,
    *,
    cause: str,
    facts: dict[str, Any],
    address: str = "",
    locale: str = "en",
) -> None:
    """Write that this letter is owed, unless it already was or its reader wants none of its kind.

    A person gets it in their language, at `address` where it differs from their own. `locale` is for strangers.
    """
    user, stranger = (to, "") if isinstance(to, User) else (None, to)
    kind = letters.catalogue[template].kind
    if user and kind and not preferences.wants(user, kind):
        return
    row = insert(SentMail).values(
        recipient=address or (user.email if user else stranger),
        user_id=user.id if user else None,
        template=template,
        cause=cause,
        locale=user.locale if user else locale,
        facts=facts,
        due_at=clock.now() + QUEUE_HAS,
    )
    once = row.on_conflict_do_nothing(index_elements=["recipient", "template", "cause"]).returning(SentMail.id)
    mail_id = db.session.scalar(once)
    if mail_id is not None:
        _queue(mail_id)


def send(mail_id: int) -> None:
    """Try once. The outcome stands in the row; nothing is raised for a mail server's whims."""
    mail = _claim(mail_id)
    if mail is None:
        return  # another worker has it, or had it
    try:
        letter = letters.write(mail)
        db.session.rollback()  # no transaction is open while the mail server takes its time
        post(letter)
    except letters.Moot as moot:
        _close(mail, "dropped", error=str(moot))
    except LetterRefused as refused:
        log.warning("letter refused", mail=mail.public_id, template=mail.template, error=str(refused))
        _close(mail, "failed", error=str(refused))
    except LetterDelayed as late:
        log.warning("letter delayed", mail=mail.public_id, template=mail.template, error=str(late))
        _put_off(mail, str(late))
    except Exception as broken:  # a letter that cannot be written must not stop the others, nor vanish
        db.session.rollback()
        log.exception("letter broke", mail=mail.public_id, template=mail.template)
        _put_off(mail, repr(broken))
    else:
        _close(mail, "sent", subject=letter.subject, error=None, sent_at=clock.now())


def sweep() -> int:
    """Take up what is due: letters put off, jobs that were lost, rows of workers that died."""
    now = clock.now()
    with transaction() as session:
        due = (
            select(SentMail.id)
            .where(SentMail.status.in_(["waiting", "sending"]), SentMail.due_at <= now)
            .order_by(SentMail.due_at)
            .limit(SWEEP_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        ids = list(session.scalars(due))
        again = update(SentMail).where(SentMail.id.in_(ids)).values(status="waiting", due_at=now + QUEUE_HAS)
        session.execute(again)
        for mail_id in ids:
            _queue(mail_id)
    return len(ids)


def failed() -> list[SentMail]:
    return list(db.session.scalars(select(SentMail).where(*_FAILED).order_by(SentMail.id.desc()).limit(SHOWN)))


def count_failed() -> int:
    return db.session.scalar(select(func.count()).select_from(SentMail).where(*_FAILED)) or 0


def delayed() -> Delayed | None:
    """What the mail server has put off. It goes by itself, but a server that is away should not go unseen."""
    newest = select(SentMail.error, func.count().over()).where(*_DELAYED).order_by(SentMail.id.desc()).limit(1)
    row = db.session.execute(newest).one_or_none()
    return Delayed(row[0] or "", row[1]) if row else None


def try_again(mail: SentMail) -> None:
    """A person has mended what was wrong. In the caller's transaction."""
    if mail.status != "failed":
        raise Refusal(_("This e-mail is not waiting for anybody."), code="not_failed")
    _change(mail, while_in=("failed",), status="waiting", tries=0, due_at=clock.now() + QUEUE_HAS)
    _queue(mail.id)


def _queue(mail_id: int) -> None:
    enqueue("mail", "jobs.office.send_mail", mail_id)


def _claim(mail_id: int) -> SentMail | None:
    with transaction() as session:
        claim = (
            update(SentMail)
            .where(SentMail.id == mail_id, SentMail.status == "waiting")
            .values(status="sending", tries=SentMail.tries + 1, due_at=clock.now() + WORKER_HAS)
            .returning(SentMail)
        )
        return session.scalars(claim, execution_options={"populate_existing": True}).one_or_none()


def _put_off(mail: SentMail, error: str) -> None:
    if mail.tries >= MOST_TRIES:
        _close(mail, "failed", error=error)
        return
    with transaction():
        _change(mail, status="waiting", error=error[:1000], due_at=_next_try(mail.tries))


def _next_try(tries: int) -> datetime:
    return clock.now() + min(timedelta(seconds=30 << tries), LONGEST_WAIT)


def _close(mail: SentMail, status: str, **changes: Any) -> None:
    with transaction():
        _change(mail, status=status, **changes)


def _change(mail: SentMail, *, while_in: tuple[str, ...] = ("waiting", "sending"), **values: Any) -> None:
    """A worker that was given up for dead may yet tell how it went: what has no end yet takes any."""
    db.session.execute(update(SentMail).where(SentMail.id == mail.id, SentMail.status.in_(while_in)).values(values))
