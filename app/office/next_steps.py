"""What a person would do well to do next with an account. What is done is not mentioned again."""

from dataclasses import dataclass
from typing import Any

from app.kernel.lazy import lazy as _l
from app.people import companies, inviting
from app.people.models import Membership
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


def next_steps(here: Presence, members: list[Membership]) -> list[Step]:
    steps = []
    # Somebody in a customer's place cannot do what asks for the customer's own hand.
    if not here.impersonation and not here.user.has_second_factor:
        steps.append(TWO_STEPS)
    if here.account and here.may_as_customer("account.edit") and not companies.is_complete(here.account):
        steps.append(DETAILS)
    alone = here.account and len(members) == 1 and not inviting.open_invitations(here.account)
    if alone and here.may_as_customer("people.manage"):
        steps.append(COLLEAGUE)
    return steps
