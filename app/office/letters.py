"""The letters Hostler writes: for each, the template's name and what it needs to know at the moment it is sent.

Links are made here and nowhere earlier, so that none lies in the database and each is fresh when it arrives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel.addresses import address_of
from app.kernel.composing import Link, compose
from app.kernel.db import AnyModel, find
from app.kernel.locales import regional
from app.kernel.mail import Letter
from app.office import preferences
from app.office.models import SentMail
from app.people import links
from app.people.models import Account, Invitation, User
from app.people.places import browser_of
from app.people.roles import LABELS

Values = Mapping[str, Any]
Composer = Callable[[SentMail], Values]
AnyComposer = TypeVar("AnyComposer", bound=Composer)


class Moot(Exception):
    """What the letter was to say is no longer so."""


@dataclass(frozen=True)
class Template:
    compose: Composer
    kind: str | None  # of letters that a person may switch off; None: essential


catalogue: dict[str, Template] = {}


def letter(name: str, *, kind: str | None = None) -> Callable[[AnyComposer], AnyComposer]:
    def register(composer: AnyComposer) -> AnyComposer:
        catalogue[name] = Template(composer, kind)
        return composer

    return register


def write(mail: SentMail) -> Letter:
    template = catalogue[mail.template]
    with force_locale(regional(mail.locale)):
        values = template.compose(mail)
    stop_url = ""
    if template.kind and mail.user:
        token = preferences.stop_token(mail.user, template.kind)
        stop_url = address_of("office_stopping.show", token=token)
    composed = compose(mail.template, mail.locale, values, stop_url=stop_url)
    one_click = (("List-Unsubscribe", f"<{stop_url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return Letter(
        to=mail.recipient,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        message_id=mail.public_id,
        headers=one_click if stop_url else (),
    )


@letter("welcome")
def welcome(mail: SentMail) -> Values:
    user = _user(mail)
    return {"name": user.name, "url": None if user.email_verified_at else Link(links.verification_link(user))}


@letter("verify")
def verify(mail: SentMail) -> Values:
    user = _user(mail)
    if user.email_verified_at:
        raise Moot("the address is verified")
    return {"name": user.name, "url": Link(links.verification_link(user))}


@letter("registered_already")
def registered_already(mail: SentMail) -> Values:
    user = _user(mail)
    return {
        "name": user.name,
        "url": _to("people_door.sign_in"),
        "reset_url": Link(links.reset_link(user)),
    }


@letter("password_reset")
def password_reset(mail: SentMail) -> Values:
    user = _user(mail)
    return {"name": user.name, "url": Link(links.reset_link(user))}


@letter("email_change")
def email_change(mail: SentMail) -> Values:
    user = _user(mail)
    return {"name": user.name, "url": Link(links.email_change_link(user, mail.recipient)), "email": mail.recipient}


@letter("email_change_warning")
def email_change_warning(mail: SentMail) -> Values:
    return {"name": _user(mail).name, "email": mail.facts["new_email"], "url": _to("people_security.show")}


@letter("email_changed")
def email_changed(mail: SentMail) -> Values:
    user = _user(mail)
    return {"name": user.name, "email": user.email}


@letter("security_changed")
def security_changed(mail: SentMail) -> Values:
    what = changes().get(mail.facts["what"]) or _("Your security settings were changed")
    return {
        "name": _user(mail).name,
        "what": what,
        "ip": mail.facts["ip"],
        **_when(mail),
        "url": _to("people_security.show"),
    }


@letter("new_place", kind="new_place")
def new_place(mail: SentMail) -> Values:
    facts = mail.facts
    return {
        "name": _user(mail).name,
        "ip": facts["ip"],
        "browser": _browser(facts["agent"]),
        **_when(mail),
        "url": _to("people_security.show"),
    }


@letter("invitation")
def invitation(mail: SentMail) -> Values:
    asked = _found(Invitation, mail.facts["invitation"])
    if asked.accepted_at or asked.withdrawn_at:
        raise Moot("the invitation is settled")
    return {
        "inviter": asked.invited_by.name,
        "account": asked.account.name,
        "role": LABELS[asked.role],  # type: ignore[index]  # the column holds the enum's words
        "until": asked.expires_at,
        "url": Link(links.invitation_link(asked)),
    }


@letter("staff_invitation")
def staff_invitation(mail: SentMail) -> Values:
    user = _user(mail)
    by = find(User, mail.facts["by"])
    return {"name": user.name, "inviter": by.name if by else "", "url": Link(links.first_password_link(user))}


@letter("member_joined", kind="team")
def member_joined(mail: SentMail) -> Values:
    asked = _found(Invitation, mail.facts["invitation"])
    joined = _found(User, mail.facts["user"])
    return {
        "name": _user(mail).name,
        "joined": joined.name,
        "email": joined.email,
        "account": asked.account.name,
        "role": LABELS[asked.role],  # type: ignore[index]  # the column holds the enum's words
    }


@letter("account_suspended")
@letter("account_closed")
@letter("account_reopened")
def account(mail: SentMail) -> Values:
    return {
        "name": _user(mail).name,
        "account": _found(Account, mail.facts["account"]).name,
        "url": _to("office_site.home"),
    }


def changes() -> dict[str, str]:
    """What a change to somebody's security is called, in the current language."""
    return {
        "password": _("Your password was changed"),
        "totp_on": _("Two-step sign-in was switched on"),
        "totp_off": _("Two-step sign-in was switched off"),
        "recovery_codes": _("New recovery codes were made"),
        "recovery_code_used": _("A recovery code was used to sign in"),
        "passkey_added": _("A passkey was added"),
        "passkey_removed": _("A passkey was removed"),
        "token_added": _("An API token was made"),
        "token_removed": _("An API token was revoked"),
        "second_factor_reset": _("Our staff reset your second factor"),
    }


def _user(mail: SentMail) -> User:
    if mail.user is None:
        raise Moot("the person is gone")
    return mail.user


def _found(model: type[AnyModel], public_id: str) -> AnyModel:
    row = find(model, public_id)
    if row is None:
        raise Moot(f"{public_id} is gone")
    return row


def _browser(agent: str) -> str:
    browser, system = browser_of(agent)
    return _("%(browser)s on %(system)s", browser=browser, system=system) if browser and system else agent[:120]


def _to(endpoint: str) -> Link:
    return Link(address_of(endpoint))


def _when(mail: SentMail) -> dict[str, datetime]:
    return {"at": datetime.fromisoformat(mail.facts["at"])}
