"""Where and from where the back office may be reached. Each lock is off until its setting says otherwise."""

from ipaddress import ip_address
from typing import Any

import structlog
from flask import abort, request
from flask_babel import gettext as _

from app.kernel.db import db
from app.kernel.errors import error_page
from app.kernel.settings import Settings, current_settings
from app.people.presence import arrive

log = structlog.get_logger()
HEADER = "Cf-Access-Jwt-Assertion"


def check() -> Any:
    """None lets pass. A stranger at the wrong address learns nothing: for them there is nothing here."""
    settings = current_settings()
    if not (_is_right_host(settings) and _is_near(settings)):
        abort(404)
    return _vouched(settings) if settings.access_team else None


def _is_right_host(settings: Settings) -> bool:
    if not settings.staff_host:
        return True
    host = request.host.lower()
    return settings.staff_host.lower() in (host, host.rpartition(":")[0])


def _is_near(settings: Settings) -> bool:
    if not settings.staff_networks:
        return True
    try:
        here = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    near = getattr(here, "ipv4_mapped", None) or here
    return any(near in network for network in settings.staff_networks)


def _vouched(settings: Settings) -> Any:
    from app.people.access import assertion  # brings the cryptography of signed tokens along, for those who use it

    # Asking Access for its keys may take seconds: no transaction waits for it.
    db.session.rollback()
    try:
        email = assertion.email_of(request.headers.get(HEADER, ""), settings.access_team, settings.access_audience)
    except assertion.NotVouched as why:
        log.warning("access refused", why=str(why), ip=request.remote_addr)
        return error_page(403, text=_("Cloudflare Access did not vouch for you. Come in through its sign-in page."))
    here = arrive()
    if here is not None and here.person.email != email:
        log.warning("access refused", why="vouches for somebody else", vouched=email, person=here.person.public_id)
        return error_page(
            403,
            text=_(
                "Cloudflare Access knows you as %(email)s, but here you are signed in as somebody else. "
                "Sign out, then in again as yourself.",
                email=email,
            ),
        )
    return None
