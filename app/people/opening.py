"""A further account for somebody who has a login already."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.kernel import acting
from app.kernel.db import db
from app.kernel.lifecycle import move
from app.kernel.refusal import Refusal
from app.people import auditing, countries
from app.people.models import Account, Address, Membership, MembershipRole, User

MOST = 20  # accounts that one person owns


def open_account(user: User, *, name: str, country: str) -> Account:
    if not countries.is_country(country):
        raise Refusal(_("Choose a country from the list."), field="country", code="country")
    owning = (Membership.user_id == user.id, Membership.role == MembershipRole.owner)
    if (db.session.scalar(select(func.count()).select_from(Membership).where(*owning)) or 0) >= MOST:
        raise Refusal(_("You own %(most)s accounts. Write to us if you need more.", most=MOST), code="too_many")
    account = Account(name=name)
    account.addresses.append(Address(kind="billing", name=name, country=country))
    db.session.add(Membership(user=user, account=account, role=MembershipRole.owner))
    db.session.flush()
    if user.email_verified_at:
        move(account, "active", by=acting.current(), why="opened by a person whose address is confirmed")
    auditing.record("account.opened", account, after={"name": name, "country": country, "owner": user.email})
    return account
