"""Who the account is: the name on its invoices, its tax number, and where its post goes."""

import re
from dataclasses import dataclass, fields
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_

from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import auditing, countries, tax_ids
from app.people.models import Account, Address

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,24}")
DUTCH_POSTAL_CODE = re.compile(r"([1-9][0-9]{3}) ?([A-Z]{2})")


@dataclass(frozen=True)
class Place:
    country: str
    line1: str
    city: str
    name: str = ""
    line2: str = ""
    postal_code: str = ""
    region: str = ""


@dataclass(frozen=True)
class Details:
    name: str
    billing: Place
    company: str = ""
    phone: str = ""
    tax_id: str = ""
    shipping: Place | None = None  # None: the post goes where the invoices go


def change_details(account: Account, details: Details) -> None:
    check_phone(details.phone)
    before = snapshot(account)
    account.name = details.name
    account.company = details.company
    account.phone = details.phone
    account.tax_id = tax_ids.normal(details.tax_id, details.billing.country)
    _settle(account, "billing", details.billing)
    _settle(account, "shipping", details.shipping)
    after = snapshot(account)
    if after != before:
        auditing.record("account.changed", account, before=before, after=after)


def check_phone(phone: str) -> None:
    if phone and not PHONE.fullmatch(phone):
        raise Refusal(_("Write a telephone number with its digits, such as +31 20 123 4567."), field="phone")


def postal_code(typed: str, country: str, *, field: str = "postal_code") -> str:
    """As the country writes it."""
    code = " ".join(typed.upper().split())
    if not code and country not in countries.WITHOUT_POSTAL_CODES:
        raise Refusal(_("Fill in the postal code."), field=field)
    if country == "NL":
        written = DUTCH_POSTAL_CODE.fullmatch(code)
        if written is None:
            raise Refusal(_("A Dutch postal code has four digits and two letters, such as 1012 AB."), field=field)
        return " ".join(written.groups())
    return code


def is_complete() -> ColumnElement[bool]:
    """Of accounts, those to which an invoice could be written."""
    told = (Address.line1 != "", Address.city != "", Address.country != "")
    return Account.addresses.any(and_(Address.kind == "billing", *told))


def snapshot(account: Account) -> dict[str, Any]:
    """What is of legal weight, in one flat row."""
    told: dict[str, Any] = {name: getattr(account, name) for name in ("name", "company", "phone", "tax_id")}
    for kind in ("billing", "shipping"):
        address = account.address(kind)
        told |= {f"{kind}_{one.name}": getattr(address, one.name) if address else None for one in fields(Place)}
    return told


def _settle(account: Account, kind: str, place: Place | None) -> None:
    address = account.address(kind)
    if place is None:
        if address is not None:
            account.addresses.remove(address)
        return
    values = {one.name: getattr(place, one.name) for one in fields(Place)}
    values["postal_code"] = postal_code(place.postal_code, place.country, field=f"{kind}.postal_code")
    if not countries.is_country(place.country):
        raise Refusal(_("Choose a country from the list."), field=f"{kind}.country")
    if address is None:
        address = Address(kind=kind, **values)
        account.addresses.append(address)
    for name, value in values.items():
        setattr(address, name, value)
    db.session.flush()
