"""Whether an account may go on, and whether it pays tax: what only staff decide about it."""

from flask_babel import gettext as _

from app.kernel import acting
from app.kernel.lifecycle import move
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.models import Account

STATES = {"activation": "active", "suspension": "suspended", "reopening": "active", "closure": "closed"}
WORDS = {"activation": "activated", "suspension": "suspended", "reopening": "reopened", "closure": "closed"}


def possible(account: Account) -> list[str]:
    """Which acts the account's status leaves open."""
    after = Account.lifecycle.moves.get(account.status, ())
    opening = "activation" if account.status == "pending" else "reopening"
    return [act for act in (opening, "suspension", "closure") if STATES[act] in after]


def change_status(account: Account, act: str, reason: str) -> None:
    """One of `STATES`, for a reason that stands in the account's history."""
    if not reason:
        raise Refusal(_("Say why. It stands in the account's history."), field="reason")
    if act not in possible(account):
        raise Refusal(_("The account's status has changed meanwhile. Look again, then decide."))
    before = account.status
    move(account, STATES[act], by=acting.current(), why=reason)
    auditing.record(
        f"account.{WORDS[act]}",
        account,
        before={"status": before},
        after={"status": account.status, "reason": reason},
    )


def exempt_from_tax(account: Account, *, exempt: bool, reason: str) -> None:
    if exempt and not reason:
        raise Refusal(_("Say what the exemption rests on; an auditor will ask."), field="reason")
    before = {"tax_exempt": account.tax_exempt, "tax_exempt_reason": account.tax_exempt_reason}
    account.tax_exempt, account.tax_exempt_reason = exempt, reason if exempt else ""
    after = {"tax_exempt": account.tax_exempt, "tax_exempt_reason": account.tax_exempt_reason}
    if before != after:
        auditing.record("account.tax_exemption_changed", account, before=before, after=after)
