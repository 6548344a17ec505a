"""For programs: who the token is."""

from typing import Any

from flask import Blueprint, g

from app.kernel.audience import customer, staff
from app.people.models import ApiToken

bp = Blueprint("people_api", __name__, url_prefix="/api")


@bp.get("/v1/me")
@customer("account.view")
def me() -> dict[str, Any]:
    here = g.presence
    return {
        **_person(),
        "account": {
            "id": here.account.public_id,
            "name": here.account.name,
            "status": here.account.status,
            "currency": here.account.currency,
        },
        "role": here.membership.role,
    }


@bp.get("/admin/me")
@staff("staff.home")
def staff_me() -> dict[str, Any]:
    return _person()


def _person() -> dict[str, Any]:
    here = g.presence
    user = {"id": here.user.public_id, "name": here.user.name, "email": here.user.email}
    return {"user": user, "token": _token(here.token) if here.token else None}


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.public_id,
        "name": token.name,
        "hint": token.hint,
        "abilities": token.abilities,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }
