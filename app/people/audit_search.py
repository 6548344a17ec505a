"""Looking through the audit log: every filter stands on an index, and no page counts what it does not show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.kernel.db import PREFIXES, db
from app.kernel.leaping import values_of
from app.kernel.words import begins
from app.people.models import ACCOUNT_WORDS, AUDIT_WORDS, USER_WORDS, Account, AuditEntry, User

PAGE = 50
EXPORT_AT_ONCE = 1000
MOST_NAMESAKES = 20
SKEW = timedelta(hours=1)  # clocks of several machines differ: numbers follow the time only roughly


@dataclass(frozen=True)
class Question:
    """What is looked for; an empty field asks nothing. Days are those of the house's time zone."""

    actor: str = ""  # name, e-mail or public id
    action: str = ""  # account.suspended, or account.* for all of its kind
    subject: str = ""  # public id
    account: str = ""  # public id, or the account's name
    since: date | None = None
    until: date | None = None
    text: str = ""
    timezone: str = "UTC"


@dataclass(frozen=True)
class Page:
    entries: list[AuditEntry]  # newest first
    newer: int | None  # ask `after` this number
    older: int | None  # ask `before` this number


def search(question: Question, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    found = _asked(question)
    if after is not None:
        upwards = found.where(AuditEntry.number > after).order_by(AuditEntry.number).limit(size + 1)
        rows = list(db.session.scalars(upwards))
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[0].number if more else None, rows[-1].number if rows else None)
    if before is not None:
        found = found.where(AuditEntry.number < before)
    rows = list(db.session.scalars(found.order_by(AuditEntry.number.desc()).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[0].number if rows and before is not None else None, rows[-1].number if more else None)


def stream(question: Question) -> Iterator[AuditEntry]:
    """Everything that is found, newest first, in batches: flat memory, and no snapshot held open in between."""
    before: int | None = None
    while entries := search(question, before=before, size=EXPORT_AT_ONCE).entries:
        before = entries[-1].number
        db.session.expunge_all()  # a rollback would forget what they hold
        db.session.rollback()
        yield from entries


def actions() -> list[str]:
    """Every action that was ever recorded."""
    return values_of(AuditEntry.action)


def entry(number: int) -> AuditEntry | None:
    return db.session.get(AuditEntry, number)


def latest(prefix: str, size: int) -> list[AuditEntry]:
    """The newest of one kind, such as `security.`."""
    return search(Question(action=f"{prefix}*"), size=size).entries


def _asked(question: Question) -> Select[AuditEntry]:
    found = select(AuditEntry)
    if question.actor:
        found = found.where(AuditEntry.actor_id.in_(_people(question.actor)))
    if question.action:
        found = found.where(_action(question.action))
    if question.subject:
        found = found.where(*_subject(question.subject))
    if question.account:
        found = found.where(AuditEntry.account_id.in_(_accounts(question.account)))
    if question.text:
        found = found.where(begins(AUDIT_WORDS, question.text))
    return found.where(*_days(question))


def _people(typed: str) -> list[str]:
    """A few public ids: a list of values keeps the index in use where a subquery might not."""
    same = or_(User.public_id == typed, User.email == typed.lower(), begins(USER_WORDS, typed))
    found = list(db.session.scalars(select(User.public_id).where(same).limit(MOST_NAMESAKES)))
    return found or [typed]


def _accounts(typed: str) -> list[str]:
    same = or_(Account.public_id == typed, begins(ACCOUNT_WORDS, typed))
    found = list(db.session.scalars(select(Account.public_id).where(same).limit(MOST_NAMESAKES)))
    return found or [typed]


def _action(wanted: str) -> ColumnElement[bool]:
    if not wanted.endswith("*"):
        return AuditEntry.action == wanted
    return AuditEntry.action.in_([one for one in actions() if one.startswith(wanted[:-1])])


def _subject(public_id: str) -> list[ColumnElement[bool]]:
    tables = [table for table, prefix in PREFIXES.items() if public_id.startswith(f"{prefix}_")]
    return [AuditEntry.subject_type.in_(tables), AuditEntry.subject_id == public_id]


def _days(question: Question) -> list[ColumnElement[bool]]:
    """The time itself, and the numbers around it: so that a year ago is reached without walking through the year."""
    asked: list[ColumnElement[bool]] = []
    if question.since:
        start = _midnight(question.since, question.timezone)
        asked += [AuditEntry.at >= start, AuditEntry.number >= _first_number_at(start - SKEW)]
    if question.until:
        end = _midnight(question.until + timedelta(days=1), question.timezone)
        asked += [AuditEntry.at < end, AuditEntry.number < _first_number_at(end + SKEW)]
    return asked


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone))


def _first_number_at(moment: datetime) -> int:
    first = select(AuditEntry.number).where(AuditEntry.at >= moment).order_by(AuditEntry.at).limit(1)
    newest = select(func.coalesce(func.max(AuditEntry.number), 0))
    found = db.session.scalar(first)
    return found if found is not None else (db.session.scalar(newest) or 0) + 1
