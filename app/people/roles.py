"""What each role of a membership may do. Later rooms add their permissions here through `grant`."""

from flask_babel import lazy_gettext as _l

from app.kernel import permissions
from app.people.models import MembershipRole

LABELS = {
    MembershipRole.owner: _l("Owner"),
    MembershipRole.billing: _l("Billing"),
    MembershipRole.technical: _l("Technical"),
    MembershipRole.read_only: _l("Read only"),
}
MEANINGS = {
    MembershipRole.owner: _l("Everything, including people and closing the account"),
    MembershipRole.billing: _l("Invoices, payments and company details"),
    MembershipRole.technical: _l("Services, domains and support"),
    MembershipRole.read_only: _l("May look, may change nothing"),
}
_granted: dict[MembershipRole, set[str]] = {role: set() for role in MembershipRole}


def grant(permission: str, *roles: MembershipRole) -> None:
    """Give a permission to roles. The owner has every permission without being named."""
    for role in roles:
        _granted[role].add(permission)


def of(role: str) -> frozenset[str]:
    if role == MembershipRole.owner:
        return frozenset(permissions.names("customer"))
    return frozenset(_granted[MembershipRole(role)])


def allows(role: str, permission: str, *, on_behalf: bool = False) -> bool:
    known = permissions.catalogue.get(("customer", permission))
    if known is None or (on_behalf and known.own_hand):
        return False
    return permission in of(role)
