"""Signing in and out."""

from typing import Any

from flask import session, url_for
from flask_babel import gettext as _

from app.kernel.audience import public
from app.kernel.db import find, transaction
from app.kernel.pages import leave, page, safe_next, said
from app.kernel.refusal import Refusal
from app.people import passkeys, signing_in
from app.people import second_factor as codes
from app.people.models import User
from app.people.presence import arrive
from app.people.site import challenges, entering
from app.people.site.asking import agent, ip, refused
from app.people.site.door import bp
from app.people.site.forms import PasskeyForm, SecondFactorForm, SignInForm
from app.people.waiting import PASSKEY_BY_IP, queue_up


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    if here := arrive():
        return leave(safe_next(entering.home_of(here.person)))
    said_before = entering.word_at_door()
    form = SignInForm(email=said_before.get("email"))
    return page("people/sign_in", form=form, **_around(said_before))


@bp.post("/sign-in")
@public
def sign_in_by_password() -> Any:
    form = SignInForm()
    if not form.validate():
        return refused("people/sign_in", form, **_around())
    email, password = form.email.data or "", form.password.data or ""
    try:
        with transaction():
            user = signing_in.by_password(email, password, ip=ip(), agent=agent())
    except Refusal as refusal:
        return refused("people/sign_in", form, refusal, **_around())
    if user is None:
        return refused("people/sign_in", form, _wrong(), **_around())
    if user.has_second_factor:
        return entering.go_half_way(user, remember=bool(form.remember.data))
    return entering.enter(user, "password", remember=bool(form.remember.data))


@bp.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> Any:
    """A passkey is unlocked by its owner, so it is password and second factor in one."""
    form = PasskeyForm()
    waiting = entering.half_way()
    answer, rp, challenge = form.credential.data or "", challenges.relying_party(), challenges.taken()
    try:
        queue_up((PASSKEY_BY_IP, ip()))
        with transaction():
            user = passkeys.check(answer, rp, challenge, waiting[0] if waiting else None)
    except Refusal as refusal:
        PASSKEY_BY_IP.fail(ip())
        if waiting:
            return refused("people/second_factor", SecondFactorForm(), refusal, **_around_second(waiting[0]))
        return refused("people/sign_in", SignInForm(formdata=None), refusal, **_around())
    PASSKEY_BY_IP.let_go(ip())
    if waiting:
        return entering.enter(user, "passkey", remember=waiting[1]["remember"], wanted=waiting[1]["next"])
    return entering.enter(user, "passkey", remember=bool(form.remember.data))


@bp.get("/sign-in/second-factor")
@public
def second_factor() -> Any:
    waiting = entering.half_way()
    if waiting is None:
        return _too_late()
    return page("people/second_factor", form=SecondFactorForm(), **_around_second(waiting[0]))


@bp.post("/sign-in/second-factor")
@public
def sign_in_by_code() -> Any:
    waiting = entering.half_way()
    if waiting is None:
        return _too_late()
    user, half_in = waiting
    form = SecondFactorForm()
    if not form.validate():
        return refused("people/second_factor", form, **_around_second(user))
    try:
        with transaction():
            how = codes.check(user, form.code.data or "")
            if how is None:
                signing_in.note_failure(user, "second factor", ip())
    except Refusal as refusal:
        return refused("people/second_factor", form, refusal, **_around_second(user))
    if how is None:
        wrong = Refusal(_("This code is not right, or it was used already."), field="code")
        return refused("people/second_factor", form, wrong, **_around_second(user))
    answer = entering.enter(user, how, remember=half_in["remember"], wanted=half_in["next"])
    if how == "recovery_code":
        entering.say_codes_left(user)
    return answer


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    public_id = session.get("_user_id")
    user = find(User, public_id) if public_id else None
    if user:
        with transaction():
            signing_in.note_departure(user)
    return entering.go_out()


def _wrong() -> Refusal:
    return Refusal(_("The e-mail address and the password do not belong together."), code="wrong")


def _too_late() -> Any:
    said(_("That took more than five minutes. Begin again."), "warn")
    return leave(url_for("people_door.sign_in"))


def _around(word: dict[str, str] | None = None) -> dict[str, Any]:
    passkey = passkeys.ask_for_one(challenges.relying_party(), challenges.offered())
    return {"next": safe_next(""), "word": word, "passkey": passkey}


def _around_second(user: User) -> dict[str, Any]:
    keys = bool(user.passkeys)
    asked = passkeys.ask_for_one(challenges.relying_party(), challenges.offered(), user) if keys else None
    return {"passkey": asked, "has_app": user.totp is not None and user.totp.confirmed_at is not None}
