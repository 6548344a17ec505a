"""The facts this room announces."""

from dataclasses import dataclass

from app.kernel.events import event


@event
@dataclass(frozen=True)
class UserRegistered:
    user: str
    account: str


@event
@dataclass(frozen=True)
class RegistrationRepeated:
    """Somebody registered with an address that has a login: its owner hears of it, the page says nothing."""

    user: str
    at: str


@event
@dataclass(frozen=True)
class EmailVerificationAsked:
    """`at` makes each request a cause of its own, so that asking again sends again."""

    user: str
    at: str


@event
@dataclass(frozen=True)
class EmailVerified:
    user: str


@event
@dataclass(frozen=True)
class EmailChangeAsked:
    """A letter with a link goes to the new address, a warning to the old one."""

    user: str
    new_email: str
    at: str


@event
@dataclass(frozen=True)
class EmailChanged:
    user: str
    old_email: str
    at: str


@event
@dataclass(frozen=True)
class PasswordForgotten:
    """Somebody asks for a letter to this address, whether or not anybody here has it."""

    email: str
    at: str
    ip: str


@event
@dataclass(frozen=True)
class PasswordResetAsked:
    user: str
    at: str


@event
@dataclass(frozen=True)
class SecurityChanged:
    """A password, second factor, passkey or token came or went: `what` is a word such as password, totp_on."""

    user: str
    what: str
    at: str
    ip: str


@event
@dataclass(frozen=True)
class SignedInFromNewPlace:
    user: str
    at: str
    ip: str
    agent: str


@event
@dataclass(frozen=True)
class StaffSignInFailed:
    email: str
    at: str
    ip: str
    why: str


@event
@dataclass(frozen=True)
class InvitationSent:
    invitation: str
    at: str


@event
@dataclass(frozen=True)
class InvitationAccepted:
    invitation: str
    user: str


@event
@dataclass(frozen=True)
class MemberRemoved:
    account: str
    user: str
    at: str


@event
@dataclass(frozen=True)
class StaffInvited:
    """A colleague was added; the letter lets them choose a password."""

    user: str
    by: str
    at: str


@event
@dataclass(frozen=True)
class AccountActivated:
    account: str


@event
@dataclass(frozen=True)
class AccountSuspended:
    account: str


@event
@dataclass(frozen=True)
class AccountClosed:
    account: str
