"""What a person would do well to do next with an account. What is done is not mentioned again."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select

from app.kernel.db import db
from app.kernel.lazy import lazy as _l
from app.people import companies, inviting
from app.people.models import Account, Invitation, Membership, User
from app.people.presence import Presence


@dataclass(frozen=True)
class Step:
    title: Any
    text: Any
    label: Any
    endpoint: str


TWO_STEPS = Step(
    _l("Protect your sign-in"),
    _l("A passkey, or a code from your telephone, keeps others out even if they learn your password."),
    _l("Set up two-step sign-in"),
    "people_security.show",
)
DETAILS = Step(
    _l("Complete the company details"),
    _l("They stand on every invoice, so it is best that they are right before the first one."),
    _l("Complete the details"),
    "people_company.show",
)
COLLEAGUE = Step(
    _l("Invite a colleague"),
    _l("Everybody gets a login of their own, and sees and changes only what their role needs."),
    _l("Invite somebody"),
    "people_team.show",
)


STANDING = select(
    select(func.count()).where(Membership.account_id == Account.id).scalar_subquery().label("members"),
    exists().where(Invitation.account_id == Account.id, inviting.is_open()).label("is_inviting"),
    companies.is_complete().label("is_complete"),
    exists().where(User.id == bindparam("user"), User.has_second_factor).label("has_second_factor"),
).where(Account.id == bindparam("account"))


def standing(user: User, account: Account) -> Row[tuple[int, bool, bool, bool]]:
    """All that is asked of the database here, in one statement."""
    return db.session.execute(STANDING, {"user": user.id, "account": account.id}).one()


def next_steps(here: Presence, standing: Row[tuple[int, bool, bool, bool]]) -> list[Step]:
    steps = []
    # Somebody in a customer's place cannot do what asks for the customer's own hand.
    if not here.impersonation and not standing.has_second_factor:
        steps.append(TWO_STEPS)
    if here.may_as_customer("account.edit") and not standing.is_complete:
        steps.append(DETAILS)
    if here.may_as_customer("people.manage") and standing.members == 1 and not standing.is_inviting:
        steps.append(COLLEAGUE)
    return steps
