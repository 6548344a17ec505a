"""Registering: a login, the account it owns, and nothing that tells whether the address was known."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.refusal import Refusal
from app.people import countries, emails, passwords
from app.people.auditing import record
from app.people.events import RegistrationRepeated, UserRegistered
from app.people.models import Account, Address, Membership, MembershipRole, User
from app.people.security_log import own_hand


@dataclass(frozen=True)
class Registration:
    name: str
    email: str
    password: str
    country: str
    company: str = ""
    locale: str = "en"


def register(asked: Registration) -> User | None:
    """The new user; None if the address has one, who then gets a letter.

    Known and unknown walk the same road (the hash, the rows, the constraint that decides), so that neither the
    answer nor its time tells them apart.
    """
    email = emails.checked(asked.email)
    passwords.check_new(asked.password, email)
    if not countries.is_country(asked.country):
        raise Refusal(_("Choose a country from the list."), field="country", code="country")
    user = User(email=email, name=asked.name, password_hash=passwords.make_hash(asked.password), locale=asked.locale)
    try:
        with db.session.begin_nested():
            account = _open_account(asked)
            db.session.add(Membership(user=user, account=account, role=MembershipRole.owner))
    except IntegrityError:
        _tell_the_known(email)
        return None
    with own_hand(user):
        announce(UserRegistered(user=user.public_id, account=account.public_id))
        record("user.registered", user, account=account, after={"email": email, "terms": "accepted"})
    return user


def _open_account(asked: Registration) -> Account:
    name = asked.company or asked.name
    account = Account(name=name, company=asked.company)
    account.addresses.append(Address(kind="billing", name=name, country=asked.country))
    db.session.add(account)
    return account


def _tell_the_known(email: str) -> None:
    user = db.session.scalars(select(User).where(User.email == email)).one()
    announce(RegistrationRepeated(user=user.public_id, at=clock.now().isoformat()))
    record("user.registration_repeated", user)
