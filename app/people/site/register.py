"""Becoming a customer."""

from typing import Any

from flask import session, url_for

from app.kernel.audience import public
from app.kernel.db import transaction
from app.kernel.locales import current_locale
from app.kernel.pages import leave, page, safe_next
from app.kernel.refusal import Refusal
from app.people.presence import arrive
from app.people.registering import Registration
from app.people.registering import register as become_customer
from app.people.site import entering
from app.people.site.asking import ip, refused
from app.people.site.door import bp
from app.people.site.forms import RegisterForm
from app.people.waiting import REGISTRATION_BY_IP, spend


@bp.get("/register")
@public
def register() -> Any:
    if here := arrive():
        return leave(safe_next(entering.home_of(here.person)))
    return page("people/register", form=RegisterForm())


@bp.post("/register")
@public
def register_now() -> Any:
    """Known address or new one: the same answer, the same work, the same page after it."""
    form = RegisterForm()
    if not form.validate():
        return refused("people/register", form)
    try:
        spend((REGISTRATION_BY_IP, ip()))
        with transaction():
            become_customer(_asked(form))
    except Refusal as refusal:
        return refused("people/register", form, refusal)
    session["registered"] = form.email.data
    return leave(url_for("people_door.registered"))


@bp.get("/register/sent")
@public
def registered() -> Any:
    if "registered" not in session:
        return leave(url_for("people_door.register"))
    return page("people/registered", email=session["registered"])


def _asked(form: RegisterForm) -> Registration:
    return Registration(
        name=form.name.data or "",
        email=form.email.data or "",
        password=form.password.data or "",
        country=form.country.data,
        company=form.company.data or "",
        locale=current_locale(),
    )
