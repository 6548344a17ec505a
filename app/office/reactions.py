"""What the office does when another room announces something: letters, notifications, alerts."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.kernel.db import db, find
from app.kernel.events import reaction
from app.kernel.lifecycle import history
from app.office.alerts import alert
from app.office.notifications import tell
from app.office.sending import owe
from app.people import events
from app.people.models import Account, Invitation, Membership, MembershipRole, User

StandingFact = events.AccountSuspended | events.AccountClosed | events.AccountActivated


@reaction("UserRegistered")
def welcome(fact: events.UserRegistered) -> None:
    _write("welcome", fact.user, fact, cause=fact.user)


@reaction("EmailVerificationAsked")
def ask_to_verify(fact: events.EmailVerificationAsked) -> None:
    _write("verify", fact.user, fact, cause=fact.at)


@reaction("RegistrationRepeated")
def remind_of_the_account(fact: events.RegistrationRepeated) -> None:
    _write("registered_already", fact.user, fact, cause=fact.at)


@reaction("PasswordResetAsked")
def help_with_the_password(fact: events.PasswordResetAsked) -> None:
    _write("password_reset", fact.user, fact, cause=fact.at)


@reaction("EmailChangeAsked")
def ask_the_new_address(fact: events.EmailChangeAsked) -> None:
    if user := find(User, fact.user):
        owe("email_change", user, address=fact.new_email, cause=fact.at, facts=asdict(fact))


@reaction("EmailChangeAsked")
def warn_the_old_address(fact: events.EmailChangeAsked) -> None:
    _write("email_change_warning", fact.user, fact, cause=fact.at)


@reaction("EmailChanged")
def tell_of_the_new_address(fact: events.EmailChanged) -> None:
    if user := find(User, fact.user):
        owe("email_changed", user, address=fact.old_email, cause=fact.at, facts=asdict(fact))
        tell(user, "email_changed", cause=fact.at)


@reaction("SecurityChanged")
def tell_of_changed_security(fact: events.SecurityChanged) -> None:
    if user := find(User, fact.user):
        cause = f"{fact.what} {fact.at}"
        owe("security_changed", user, cause=cause, facts=asdict(fact))
        tell(user, "security_changed", cause=cause, facts={"what": fact.what})


@reaction("SignedInFromNewPlace")
def tell_of_a_new_place(fact: events.SignedInFromNewPlace) -> None:
    if user := find(User, fact.user):
        owe("new_place", user, cause=fact.at, facts=asdict(fact))
        tell(user, "new_place", cause=fact.at, facts={"ip": fact.ip})


@reaction("InvitationSent")
def invite(fact: events.InvitationSent) -> None:
    if asked := find(Invitation, fact.invitation):
        known = db.session.scalar(select(User).where(User.email == asked.email))
        locale = (known or asked.invited_by).locale
        owe("invitation", asked.email, cause=f"{fact.invitation} {fact.at}", facts=asdict(fact), locale=locale)


@reaction("StaffInvited")
def invite_a_colleague(fact: events.StaffInvited) -> None:
    _write("staff_invitation", fact.user, fact, cause=fact.at)


@reaction("InvitationAccepted")
def tell_owners_who_joined(fact: events.InvitationAccepted) -> None:
    asked, joined = find(Invitation, fact.invitation), find(User, fact.user)
    if asked is None or joined is None:
        return
    for owner in _owners(asked.account):
        if owner.id != joined.id:
            owe("member_joined", owner, cause=fact.invitation, facts=asdict(fact))
            facts = {"name": joined.name, "account": asked.account.name}
            tell(owner, "member_joined", cause=fact.invitation, facts=facts)


@reaction("MemberRemoved")
def tell_owners_who_left(fact: events.MemberRemoved) -> None:
    account, left = find(Account, fact.account), find(User, fact.user)
    if account and left:
        for owner in _owners(account):
            facts = {"name": left.name, "account": account.name}
            tell(owner, "member_removed", cause=f"{fact.user} {fact.at}", facts=facts)


@reaction("AccountSuspended")
def tell_of_the_suspension(fact: events.AccountSuspended) -> None:
    _tell_owners("account_suspended", fact, into="suspended")


@reaction("AccountClosed")
def tell_of_the_end(fact: events.AccountClosed) -> None:
    _tell_owners("account_closed", fact, into="closed")


@reaction("AccountActivated")
def tell_of_the_reopening(fact: events.AccountActivated) -> None:
    """A new account becomes active too; that is no news to whoever just made it."""
    _tell_owners("account_reopened", fact, into="active", out_of="suspended")


@reaction("StaffSignInFailed")
def alert_of_a_failed_sign_in(fact: events.StaffSignInFailed) -> None:
    alert(
        "Failed staff sign-in",
        f"Somebody tried to come in as {fact.email} and could not ({fact.why}).",
        kind="stop",
        facts={"Address": fact.email, "From": fact.ip},
    )


def _write(template: str, user_id: str, fact: Any, *, cause: str) -> None:
    if user := find(User, user_id):
        owe(template, user, cause=cause, facts=asdict(fact))


def _tell_owners(what: str, fact: StandingFact, *, into: str, out_of: str = "") -> None:
    account = find(Account, fact.account)
    moves = [one for one in history(account) if one.to_status == into] if account else []
    if account is None or not moves or (out_of and moves[-1].from_status != out_of):
        return
    cause = f"{fact.account} {moves[-1].id}"
    for owner in _owners(account):
        owe(what, owner, cause=cause, facts=asdict(fact))
        tell(owner, what, cause=cause, facts={"account": account.name})


def _owners(account: Account) -> list[User]:
    owning = (Membership.account_id == account.id, Membership.role == MembershipRole.owner)
    return list(db.session.scalars(select(User).join(User.memberships).where(*owning, User.disabled_at.is_(None))))
