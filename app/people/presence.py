"""Who is here: the person at the keyboard, whose pages they see, and what they may do."""

from dataclasses import dataclass
from functools import cached_property

from flask import g, request, session
from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from app.kernel import clock
from app.kernel.acting import Actor
from app.kernel.bearer import token_of
from app.kernel.db import db, find, transaction
from app.people import roles, staff_roles, tokens
from app.people.models import Account, ApiToken, Impersonation, Membership, User

MAY_IMPERSONATE = "accounts.impersonate"
# What is about the person stays when the account changes. Whatever else a room has put into the session is about
# the account it was put there for, and must not turn up in the next one.
ABOUT_THE_PERSON = {"_user_id", "_fresh", "_id", "_flashes", "remember", "csrf_token"}
ABOUT_THE_PROOF = {"proved_at", "proved_by", "second_factor"}
ABOUT_THE_SESSION = {"started", "seen", "ip", "agent"}
# A person and what they belong to in one go: every signed-in page asks for both.
SIGNED_IN = (
    select(User, Membership)
    .outerjoin(User.memberships)
    .outerjoin(Membership.account)
    .options(contains_eager(Membership.account))
    .where(User.public_id == bindparam("person"), User.disabled_at.is_(None))
    .order_by(Membership.id)
)


@dataclass
class Presence:
    """`person` is at the keyboard. `user` is in whose name the portal is shown: another one under impersonation."""

    person: User
    impersonation: Impersonation | None = None
    token: ApiToken | None = None

    @property
    def user(self) -> User:
        return self.impersonation.user if self.impersonation else self.person

    @cached_property
    def memberships(self) -> list[Membership]:
        mine = select(Membership).where(Membership.user_id == self.user.id).options(joinedload(Membership.account))
        return list(db.session.scalars(mine.order_by(Membership.id)))

    @cached_property
    def membership(self) -> Membership | None:
        """The account that is open: the impersonated one, the token's, the chosen one, or else the first."""
        if self.impersonation:
            wanted = self.impersonation.account.public_id
        elif self.token:
            wanted = self.token.account.public_id if self.token.account else ""
        else:
            wanted = session.get("account", "")
        chosen = [one for one in self.memberships if one.account.public_id == wanted]
        if self.impersonation or self.token:
            return chosen[0] if chosen else None
        return next(iter(chosen or self.memberships), None)

    @property
    def lost(self) -> str | None:
        """The account that was open, once the person does not belong to it any more."""
        wanted = None if self.impersonation or self.token else session.get("account")
        still = wanted is None or (self.account is not None and self.account.public_id == wanted)
        return None if still else wanted

    def stay(self) -> None:
        """Whoever never chose an account has one open all the same: it must be noticed when they lose it."""
        if self.account and not (self.impersonation or self.token):
            session["account"] = self.account.public_id

    @property
    def account(self) -> Account | None:
        return self.membership.account if self.membership else None

    @cached_property
    def staff_permissions(self) -> frozenset[str]:
        return staff_roles.held_by(self.person)

    def may_as_customer(self, permission: str) -> bool:
        if self.membership is None or (self.token and permission not in self.token.abilities):
            return False
        # A program is no more a person's own hand than somebody in their place.
        on_behalf = self.impersonation is not None or self.token is not None
        return roles.allows(self.membership.role, permission, on_behalf=on_behalf)

    def may_as_staff(self, permission: str) -> bool:
        if self.token and (self.token.account or permission not in self.token.abilities):
            return False
        return permission in self.staff_permissions

    def customer_actor(self) -> Actor:
        if self.impersonation:
            return Actor("staff", self.person.public_id, self.person.name, self.user.public_id, self.user.name)
        return Actor("customer", self.person.public_id, self._signature)

    def staff_actor(self) -> Actor:
        return Actor("staff", self.person.public_id, self._signature)

    @property
    def _signature(self) -> str:
        return f"{self.person.name} (token {self.token.name})" if self.token else self.person.name


def arrive() -> Presence | None:
    """Who this request is from, once a request."""
    if "presence" not in g:
        g.presence = _look()
    return g.presence  # type: ignore[no-any-return]


def forget_account() -> None:
    for key in session.keys() - ABOUT_THE_PERSON - ABOUT_THE_PROOF - ABOUT_THE_SESSION:
        session.pop(key)


def _look() -> Presence | None:
    if (shown := token_of(request)) is not None:
        return _by_token(shown)
    public_id = session.get("_user_id")
    known = db.session.execute(SIGNED_IN, {"person": public_id}).all() if public_id else []
    if not known:
        return None
    person: User = known[0].User
    g.private = True
    g.user_locale = person.locale
    here = Presence(person, impersonation=_impersonation(person))
    if here.impersonation is None:
        here.memberships = [row.Membership for row in known if row.Membership]
    return here


def _by_token(secret: str) -> Presence | None:
    with transaction():
        token = tokens.read(secret)
        if token is None:
            return None
        tokens.note_use(token)
    g.private = g.by_token = True
    g.csrf_valid = True
    g.user_locale = token.user.locale
    return Presence(token.user, token=token)


def _impersonation(person: User) -> Impersonation | None:
    public_id = session.get("impersonation")
    if not public_id:
        return None
    running = find(Impersonation, public_id)
    over = running is None or running.ended_at or running.ends_at <= clock.now() or running.staff_id != person.id
    if over or MAY_IMPERSONATE not in staff_roles.held_by(person):
        session.pop("impersonation", None)
        return None
    return running
