"""Being in a customer's place: for a reason, for half an hour, and on record."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.models import Account, Impersonation, Membership, User

LASTS = timedelta(minutes=30)
SHORTEST_REASON = 5


def begin(staff: User, user: User, account: Account, reason: str) -> Impersonation:
    if user.is_staff:
        raise Refusal(_("%(name)s is a colleague. Nobody stands in a colleague's place.", name=user.name))
    if not user.is_active:
        raise Refusal(_("%(name)s has been disabled and could not sign in either.", name=user.name))
    if user.email_verified_at is None:
        raise Refusal(_("%(name)s has not verified their address, and sees no portal yet.", name=user.name))
    if account.status == "closed":
        raise Refusal(_("This account is closed; there is nothing to see in its portal."))
    belongs = select(Membership.id).where(Membership.user_id == user.id, Membership.account_id == account.id)
    if db.session.scalar(belongs) is None:
        raise Refusal(_("%(name)s has no access to this account.", name=user.name))
    if len(reason) < SHORTEST_REASON:
        raise Refusal(_("Say in a few words why. The customer may ask."), field="reason")
    for other in _running_of(staff):
        end(other, "another began")
    started = Impersonation(
        staff=staff, user=user, account=account, reason=reason, ends_at=clock.now() + LASTS, ended_at=None
    )
    db.session.add(started)
    after = {"person": user.name, "reason": reason, "ends_at": started.ends_at.isoformat()}
    auditing.record("impersonation.started", user, account=account, after=after)
    return started


def end(running: Impersonation, why: str) -> None:
    """Before its time: by the button, by signing out, by beginning another one."""
    if running.ended_at is not None:
        return
    running.ended_at = clock.now()
    auditing.record(
        "impersonation.ended",
        running.user,
        account=running.account,
        after={"person": running.user.name, "reason": running.reason, "why": why},
    )


def end_all_of(staff: User, why: str) -> None:
    for running in _running_of(staff):
        end(running, why)


def note_act(running: Impersonation, method: str, path: str) -> None:
    """What was asked for in the customer's place, whether or not the verb behind it keeps a record of its own."""
    auditing.record("impersonation.acted", running.user, account=running.account, after={"request": f"{method} {path}"})


def _running_of(staff: User) -> list[Impersonation]:
    running = select(Impersonation).where(
        Impersonation.staff_id == staff.id, Impersonation.ended_at.is_(None), Impersonation.ends_at > clock.now()
    )
    return list(db.session.scalars(running))
