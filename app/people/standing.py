"""Whether an account may go on: opened, suspended, reopened, closed; and what staff change about it."""

from collections.abc import Mapping

from flask_babel import gettext as _

from app.kernel import acting
from app.kernel.db import db
from app.kernel.lifecycle import move
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.models import Account, Address

STATES = {"activation": "active", "suspension": "suspended", "reopening": "active", "closure": "closed"}
WORDS = {"activation": "activated", "suspension": "suspended", "reopening": "reopened", "closure": "closed"}
FIELDS = ("name", "company", "phone", "tax_id")
PLACE = ("line1", "line2", "postal_code", "city", "region", "country")


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


def change_details(account: Account, details: Mapping[str, str], place: Mapping[str, str]) -> None:
    """`place` is the billing address; without a country there is none yet."""
    before = _told(account)
    for name in FIELDS:
        setattr(account, name, details[name])
    _set_billing_address(account, place)
    after = _told(account)
    if before != after:
        auditing.record("account.changed", account, before=before, after=after)


def _set_billing_address(account: Account, place: Mapping[str, str]) -> None:
    address = account.address("billing")
    if address is None:
        if not any(place.values()):
            return
        address = Address(kind="billing", country=place["country"])
        account.addresses.append(address)
    if not place["country"]:
        raise Refusal(_("Choose the country of the address."), field="country")
    for name in PLACE:
        setattr(address, name, place[name])
    db.session.flush()


def _told(account: Account) -> dict[str, object]:
    address = account.address("billing")
    told: dict[str, object] = {name: getattr(account, name) for name in FIELDS}
    return told | {name: getattr(address, name) if address else "" for name in PLACE}
