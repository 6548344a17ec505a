"""What the back office's pages about customers and people show, each in a fixed number of statements."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.kernel import lifecycle
from app.kernel.db import db, find
from app.kernel.leaping import values_of
from app.kernel.lifecycle import Transition
from app.kernel.words import begins
from app.people.models import (
    ACCOUNT_WORDS,
    USER_WORDS,
    Account,
    Address,
    AuditEntry,
    Membership,
    StaffAssignment,
    User,
)

PAGE = 50
MOST_FOUND = 2000
SORTS = ("newest", "oldest", "name")


@dataclass(frozen=True)
class CustomerFilter:
    text: str = ""
    status: str = ""
    country: str = ""
    sort: str = "newest"


@dataclass(frozen=True)
class CustomerPage:
    accounts: list[Account]
    owners: dict[int, User]  # by account: the first person who joined it
    earlier: str | None  # ask `before` this public id
    later: str | None  # ask `after` this one


def customers(
    asked: CustomerFilter, *, after: str | None = None, before: str | None = None, size: int = PAGE
) -> CustomerPage:
    """A page of the list: by where the last one ended, so that page thousand costs what the first one does."""
    key, descending = _sort_key(asked.sort)
    rows = _customers(asked).options(selectinload(Account.addresses))
    start = find(Account, before or after or "") if before or after else None
    backwards = before is not None and start is not None
    if start is not None:
        here = _key_of(start, asked.sort)
        rows = rows.where(tuple_(*key) < here if descending is not backwards else tuple_(*key) > here)
    order = [part.desc() if descending is not backwards else part.asc() for part in key]
    found = list(db.session.scalars(rows.order_by(*order).limit(size + 1)))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    first, last = (found[0].public_id, found[-1].public_id) if found else (None, None)
    return CustomerPage(
        found,
        owners=_first_people(found),
        earlier=first if (more if backwards else start is not None) else None,
        later=last if (True if backwards else more) else None,
    )


def _customers(asked: CustomerFilter) -> Select[Account]:
    rows = select(Account)
    if asked.text:
        rows = rows.where(Account.id.in_(_accounts_of(asked.text)))
    if asked.status:
        rows = rows.where(Account.status == asked.status)
    if asked.country:
        there = (Address.account_id == Account.id, Address.country == asked.country, Address.kind == "billing")
        rows = rows.where(exists().where(*there))
    return rows


def _accounts_of(typed: str) -> Select[int]:
    """By the account's own words, its people's, or its id: three indexes and no walk.

    Of what a short word finds everywhere, the newest are enough: whoever types on finds the rest.
    """
    by_words = select(Account.id).where(begins(ACCOUNT_WORDS, typed)).order_by(Account.id.desc())
    theirs = select(Membership.account_id).join(User).where(begins(USER_WORDS, typed))
    by_person = theirs.order_by(Membership.account_id.desc())
    by_id = select(Account.id).where(Account.public_id == typed.lower())
    found = (one.limit(MOST_FOUND).subquery() for one in (by_words, by_person, by_id))
    return select(union(*(select(one.c[0]) for one in found)).subquery().c[0])


def _sort_key(sort: str) -> tuple[list[ColumnElement[Any]], bool]:
    if sort == "name":
        return [func.lower(Account.name), Account.id.expression], False
    return [Account.id.expression], sort != "oldest"


def _key_of(account: Account, sort: str) -> Any:
    if sort != "name":
        return tuple_(account.id)
    lowered = db.session.scalar(select(func.lower(Account.name)).where(Account.id == account.id))
    return tuple_(lowered, account.id)  # lowered by the database: Python's rules for capitals are not its rules


def _first_people(accounts: list[Account]) -> dict[int, User]:
    if not accounts:
        return {}
    first = (
        select(Membership.account_id, User)
        .join(User)
        .where(Membership.account_id.in_([account.id for account in accounts]))
        .ext(distinct_on(Membership.account_id))
        .order_by(Membership.account_id, Membership.id)
    )
    return {account_id: user for account_id, user in db.session.execute(first)}  # noqa: C416  # rows are no pairs to mypy


def countries_in_use() -> list[str]:
    return values_of(Address.country)


def people_of(account: Account) -> list[Membership]:
    """With each person's proofs, because the page says whether they have a second factor."""
    whole = joinedload(Membership.user).options(joinedload(User.totp), selectinload(User.passkeys))
    theirs = select(Membership).where(Membership.account_id == account.id).options(whole)
    return list(db.session.scalars(theirs.order_by(Membership.id)))


def accounts_of(user: User) -> list[Membership]:
    theirs = select(Membership).where(Membership.user_id == user.id).options(joinedload(Membership.account))
    return list(db.session.scalars(theirs.order_by(Membership.id)))


def history_of(account: Account, size: int = 30) -> list[Transition | AuditEntry]:
    """What became of it and what was done about it, newest first."""
    done = select(AuditEntry).where(AuditEntry.account_id == account.public_id).order_by(AuditEntry.number.desc())
    told: list[Transition | AuditEntry] = list(db.session.scalars(done.limit(size)))
    told += lifecycle.history(account)[-size:]
    return sorted(told, key=lambda one: one.at, reverse=True)[:size]


def count_customers(status: str) -> int:
    return db.session.scalar(select(func.count()).where(Account.status == status)) or 0


def find_accounts(typed: str, size: int) -> list[Account]:
    if typed.startswith("acc_"):
        found = select(Account).where(Account.public_id.startswith(typed, autoescape=True))
    else:
        found = select(Account).where(Account.id.in_(_accounts_of(typed)))
    return list(db.session.scalars(found.order_by(Account.id.desc()).limit(size)))


def find_people(typed: str, size: int, *, staff: bool) -> list[User]:
    """Customers' people, or colleagues."""
    by_id = typed.startswith("usr_")
    same = User.public_id.startswith(typed, autoescape=True) if by_id else begins(USER_WORDS, typed)
    works_here = exists().where(StaffAssignment.user_id == User.id)
    found = select(User).where(same, works_here if staff else ~works_here)
    return list(db.session.scalars(found.order_by(User.id.desc()).limit(size)))
