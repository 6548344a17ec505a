"""A person's own pages: themselves, the account, its people and its tokens."""

from app.people import api
from app.people.portal import (
    accounts,
    company,
    invitations,
    menu,
    profile,
    security,
    security_login,
    security_passkeys,
    security_totp,
    team,
    tokens,
)

__all__ = ["blueprints", "security_login", "security_passkeys", "security_totp"]

company.bp.record(menu.furnish)

blueprints = (
    profile.bp,
    security.bp,
    company.bp,
    team.bp,
    tokens.bp,
    tokens.staff_bp,
    accounts.bp,
    invitations.bp,
    api.bp,
)
