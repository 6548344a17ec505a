"""What the app tells a person in the app: a line, and where to look. Worded when read, in the reader's language."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.db import db
from app.kernel.lazy import lazy as _l
from app.office import letters
from app.office.models import Notification
from app.people.models import User

SHOWN = 100


@dataclass(frozen=True)
class Wording:
    text: Any  # lazily translated, with %(facts)s
    endpoint: str | None = None  # where one looks further


wordings: dict[str, Wording] = {
    "security_changed": Wording(_l("%(what)s."), "people_security.show"),
    "new_place": Wording(_l("You signed in from a new place (%(ip)s)."), "people_security.show"),
    "email_changed": Wording(_l("Your e-mail address was changed."), "people_security.show"),
    "member_joined": Wording(_l("%(name)s now has access to %(account)s."), "people_accounts.show"),
    "member_removed": Wording(_l("%(name)s no longer has access to %(account)s."), "people_accounts.show"),
    "account_suspended": Wording(_l("%(account)s was suspended."), "people_accounts.show"),
    "account_reopened": Wording(_l("%(account)s is open again."), "people_accounts.show"),
    "account_closed": Wording(_l("%(account)s was closed."), "people_accounts.show"),
}


def tell(user: User, kind: str, *, cause: str, facts: dict[str, Any] | None = None) -> None:
    """In the caller's transaction; the same cause tells nobody twice."""
    row = insert(Notification).values(user_id=user.id, kind=kind, cause=cause, facts=facts or {})
    db.session.execute(row.on_conflict_do_nothing(index_elements=["user_id", "kind", "cause"]))


def words(notification: Notification) -> str:
    facts = dict(notification.facts)
    if "what" in facts:
        facts["what"] = letters.changes().get(facts["what"], facts["what"])
    return str(wordings[notification.kind].text) % facts


def endpoint(notification: Notification) -> str | None:
    return wordings[notification.kind].endpoint


# Every page asks this one: it is put together once.
UNREAD = select(func.count()).where(Notification.user_id == bindparam("user"), Notification.read_at.is_(None))


def unread(user: User) -> int:
    return db.session.scalar(UNREAD, {"user": user.id}) or 0


def latest(user: User) -> list[Notification]:
    known = Notification.kind.in_(wordings)
    mine = select(Notification).where(Notification.user_id == user.id, known)
    return list(db.session.scalars(mine.order_by(Notification.id.desc()).limit(SHOWN)))


def mark_read(user: User) -> None:
    unread_ones = update(Notification).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    db.session.execute(unread_ones.values(read_at=clock.now()))
