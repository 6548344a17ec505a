"""Where the people's rooms stand in the staff menu, what waits in them, and how their things are found."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.kernel import duties, finding, navigation
from app.kernel.finding import AT_ONCE, Hit
from app.kernel.lazy import lazy as _l
from app.people import queries, staffing
from app.people.models import User
from app.people.staff.customers import STATES

HOUSE = _l("House")


def furnish(_state: Any) -> None:
    navigation.add("staff", _l("Customers"), "people_staff.index", permission="accounts.view", key="c", order=20)
    navigation.add(
        "staff",
        _l("Colleagues"),
        "people_colleagues.index",
        permission="staff.view",
        group=HOUSE,
        key="p",
        order=70,
        counted=staffing.without_second_factor,
    )
    navigation.add("staff", _l("Roles"), "people_roles.index", permission="staff.view", group=HOUSE, key="r", order=71)
    navigation.add("staff", _l("Audit"), "people_audit.index", permission="audit.view", group=HOUSE, key="a", order=72)

    duties.add(
        _l("Not verified yet"),
        lambda: queries.count_customers("pending"),
        "people_staff.index",
        permission="accounts.view",
        values={"status": "pending", "sort": "oldest"},
        waiting=_l("Their owners have not opened the e-mail. Send it again?"),
        none=_l("Every new customer has verified their address."),
        kind="",
        order=10,
    )
    duties.add(
        _l("Suspended"),
        lambda: queries.count_customers("suspended"),
        "people_staff.index",
        permission="accounts.view",
        values={"status": "suspended"},
        waiting=_l("Reopen or close them."),
        none=_l("No account is suspended."),
        order=20,
    )
    duties.add(
        _l("Colleagues without second factor"),
        staffing.without_second_factor,
        "people_colleagues.index",
        permission="staff.manage",
        waiting=_l("They reach nothing until they set one up."),
        none=_l("Everyone signs in with two steps."),
        order=30,
    )


@finding.finder(_l("Customers"), permission="accounts.view", order=10)
def customers(typed: str) -> list[Hit]:
    return [
        Hit(
            account.name,
            url_for("people_staff.show", public_id=account.public_id),
            " · ".join(filter(None, [account.company if account.company != account.name else "", account.public_id])),
            (str(STATES[account.status][0]), STATES[account.status][1]),
            exact=account.public_id == typed,
        )
        for account in queries.find_accounts(typed, AT_ONCE)
    ]


@finding.finder(_l("People"), permission="accounts.view", order=20)
def people(typed: str) -> list[Hit]:
    return [_person(user, typed) for user in queries.find_people(typed, AT_ONCE, staff=False)]


@finding.finder(_l("Colleagues"), permission="staff.view", order=30)
def colleagues(typed: str) -> list[Hit]:
    return [_person(user, typed) for user in queries.find_people(typed, AT_ONCE, staff=True)]


def _person(user: User, typed: str) -> Hit:
    return Hit(
        user.name,
        url_for("people_persons.show", public_id=user.public_id),
        user.email,
        None if user.is_active else (_("disabled"), "stop"),
        exact=typed in (user.public_id, user.email),
    )
