"""Some people: users, accounts and memberships straight into the tables, and clients that are signed in as them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.db import db
from app.people import staff_roles
from app.people.models import Account, Address, Impersonation, Membership, StaffAssignment, Totp, User
from tests.support.clients import Client

STAFF_ROLES = ("owner", "admin", "billing", "support", "technician", "read_only")
TEAM_ROLES = ("owner", "billing", "technical", "read_only")


def make_user(name: str, *, verified: bool = True, **columns: object) -> User:
    email = columns.pop("email", f"{name.lower().replace(' ', '-')}@people.test")
    user = User(name=name, email=email, email_verified_at=clock.now() if verified else None, **columns)
    db.session.add(user)
    db.session.flush()
    return user


def make_account(name: str, **team: User) -> Account:
    """`make_account("Example BV", owner=ann, billing=bob)`"""
    account = Account(name=name)
    account.addresses.append(Address(kind="billing", name=name, country="NL"))
    db.session.add(account)
    for role, user in team.items():
        db.session.add(Membership(user=user, account=account, role=role))
    db.session.flush()
    return account


def make_staff(name: str, *roles: str, second_factor: bool = True, **columns: object) -> User:
    staff_roles.ensure_roles()
    user = make_user(name, **columns)
    if second_factor:
        user.totp = Totp(secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", confirmed_at=clock.now())
    for role in staff_roles.of(roles):
        db.session.add(StaffAssignment(user=user, role=role))
    db.session.flush()
    return user


def sign_in(client: Client, user: User, *, account: Account | None = None, **further: object) -> Client:
    """As if they had just proved who they are."""
    now = clock.now().timestamp()
    with client.session_transaction() as session:
        session.update(_user_id=user.public_id, proved_at=now, started=now, **further)
        if account:
            session["account"] = account.public_id
    return client


def impersonate(staff: User, user: User, account: Account) -> Impersonation:
    running = Impersonation(
        staff=staff, user=user, account=account, reason="a test", ends_at=clock.now() + timedelta(minutes=30)
    )
    db.session.add(running)
    db.session.flush()
    return running


@dataclass
class Cast:
    """Everyone a page may have to do with: a team, a stranger with a team of their own, and the staff."""

    app: Flask
    account: Account
    team: dict[str, User]
    stranger: User
    strange_account: Account
    staff: dict[str, User]
    impersonation: Impersonation = field(init=False)

    @property
    def owner(self) -> User:
        return self.team["owner"]

    def client(self, user: User | None = None, **further: object) -> Client:
        client: Client = self.app.test_client()  # type: ignore[assignment]
        return sign_in(client, user, **further) if user else client

    def __getitem__(self, who: str) -> Callable[[], Client]:
        """`cast["staff billing"]()`: a new browser of that person."""
        kind, _, role = who.partition(" ")
        if who == "visitor":
            return self.client
        if who == "impersonator":
            return lambda: self.client(self.staff["support"], impersonation=self.impersonation.public_id)
        if kind == "staff":
            return lambda: self.client(self.staff[role])
        return lambda: self.client(self.stranger if who == "stranger" else self.team[who])


def assemble(app: Flask) -> Cast:
    """In an app context of `app`; for a house of its own, such as the one that a browser looks at."""
    team = {role: make_user(f"Team {role}") for role in TEAM_ROLES}
    stranger = make_user("Stranger")
    staff = {role: make_staff(f"Staff {role}", role) for role in STAFF_ROLES}
    account = make_account("Example BV", **team)
    strange = make_account("Elsewhere Ltd", owner=stranger)
    cast = Cast(app, account, team, stranger, strange, staff)
    cast.impersonation = impersonate(staff["support"], team["owner"], account)
    db.session.commit()
    return cast


@pytest.fixture
def cast(app: Flask) -> Cast:
    return assemble(app)
