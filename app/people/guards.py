"""The doors: who passes each kind of audience, and where everyone else is sent."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel import acting, clock, permissions, sessions
from app.kernel.audience import Audience, guard
from app.kernel.bearer import token_of
from app.kernel.db import find, transaction
from app.kernel.errors import error_page
from app.kernel.pages import leave, said, wants_fragment
from app.people import impersonating, staff_door
from app.people.models import Account, Impersonation
from app.people.presence import Presence, arrive, forget_account
from app.people.site import entering

PROOF_LASTS = timedelta(minutes=10)
READS = {"GET", "HEAD", "OPTIONS"}


def challenge() -> Any:
    """Nobody is signed in: say so in the way that was asked for. A panel never shows a sign-in page."""
    if token_of(request) is not None or request.path.startswith("/api/"):
        return error_page(401)
    if sessions.has_ended():
        entering.say_at_door(_("You were signed out. Sign in to go on."), kind="info")
    return _send_to("people_door.sign_in")


def prove_again() -> Any:
    if g.get("by_token"):
        abort(403)  # nobody is there to be asked
    return _send_to("people_door.prove")


def _send_to(endpoint: str) -> Any:
    target = url_for(endpoint, next=_page_here())
    if request.htmx:  # type: ignore[attr-defined]
        return Response("", 401, headers={"HX-Redirect": target})
    return redirect(target, 303)


def _page_here() -> str | None:
    """Where to come back to: this page, or the one whose button was pressed."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host else None


def is_fresh() -> bool:
    proved: float = session.get("proved_at", 0)
    return clock.now().timestamp() - proved < PROOF_LASTS.total_seconds()


@guard("signed_in")
def admit_person(audience: Audience) -> Any:
    here = arrive()
    if here is None:
        return challenge()
    if here.impersonation:
        # These pages are about a person's own credentials: nobody opens them in another's place.
        return error_page(403, text=_own_hand_only(here.impersonation))
    if here.token:
        abort(403)
    if audience.fresh and not is_fresh():
        return prove_again()
    acting.become(here.staff_actor() if here.person.is_staff else here.customer_actor())
    g.me, g.may = here.person, here.may_as_staff if here.person.is_staff else here.may_as_customer
    g.account = here.account
    return None


@guard("customer")
def admit_customer(audience: Audience) -> Any:  # noqa: C901, PLR0911  # one line for each reason to stay outside
    here = arrive()
    if here is None:
        return challenge()
    if here.lost:
        return _no_longer(here, here.lost)
    if here.account is None:
        return _homeless(here)
    here.stay()
    if here.user.email_verified_at is None:
        if here.token:
            abort(403)
        return redirect(url_for("people_door.verify_notice"), 303)
    if here.account.status == "closed":
        return error_page(403, text=_closed())
    acting.become(here.customer_actor())
    g.me, g.account, g.may = here.user, here.account, here.may_as_customer
    if here.impersonation and permissions.catalogue["customer", audience.permission].own_hand:
        return error_page(403, text=_own_hand_only(here.impersonation))
    if not here.may_as_customer(audience.permission):
        abort(403)
    if here.impersonation and request.method not in READS:
        with transaction():
            impersonating.note_act(here.impersonation, request.method, request.path)
    if audience.fresh and not is_fresh():
        return prove_again()
    return None


def _no_longer(here: Presence, lost: str) -> Any:
    """Nothing is shown or done in another account than the one that was open before the person knows."""
    account = find(Account, lost)
    forget_account()
    if account and here.account:
        text = _("You no longer have access to %(lost)s. This is %(name)s.", lost=account.name, name=here.account.name)
        said(text, "warn")
    elif account:
        said(_("You no longer have access to %(lost)s.", lost=account.name), "warn")
    return leave(url_for("office_portal.home")) if here.account else _homeless(here)


def _homeless(here: Presence) -> Any:
    """Staff without an account of their own, or somebody who left the last one."""
    if here.token or here.impersonation or wants_fragment():
        return abort(403)
    return redirect(url_for("office_staff.home" if here.person.is_staff else "people_accounts.show"), 303)


def _own_hand_only(running: Impersonation) -> str:
    return _(
        "You are acting as %(name)s. Passwords, sign-in, people, tokens and payments are theirs alone: "
        "stop acting as them, or ask them to do it.",
        name=running.user.name,
    )


def _closed() -> str:
    return _("This account is closed. Write to us if you want it back.")


@guard("staff")
def admit_staff(audience: Audience) -> Any:
    refused = staff_door.check()
    if refused is not None:
        return refused
    here = arrive()
    if here is None:
        return challenge()
    if not here.person.is_staff:
        abort(404)  # a customer learns nothing about what staff have
    if not here.person.has_second_factor:
        if here.token:
            abort(403)
        return redirect(url_for("people_security.show", setup="required"), 303)
    acting.become(here.staff_actor())
    g.me, g.may = here.person, here.may_as_staff
    if not here.may_as_staff(audience.permission):
        abort(403)
    if audience.fresh and not is_fresh():
        return prove_again()
    return None
