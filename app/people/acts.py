"""What the acts of the audit log are called, in words. Later rooms name theirs through `name_acts`."""

from collections.abc import Mapping

from app.kernel.lazy import lazy as _l

_names: dict[str, str] = {
    "account.activated": _l("Account activated"),
    "account.changed": _l("Company details changed"),
    "account.closed": _l("Account closed"),
    "account.opened": _l("Account opened"),
    "account.reopened": _l("Account reopened"),
    "account.suspended": _l("Account suspended"),
    "account.tax_exemption_changed": _l("Tax exemption changed"),
    "audit.exported": _l("Audit log exported"),
    "csrf.refused": _l("Forged or outdated form refused"),
    "event.run_again": _l("Event delivered again"),
    "impersonation.acted": _l("Acted as a customer"),
    "impersonation.ended": _l("Stopped acting as a customer"),
    "impersonation.started": _l("Began to act as a customer"),
    "invitation.accepted": _l("Invitation accepted"),
    "invitation.sent": _l("Invitation sent"),
    "invitation.sent_again": _l("Invitation sent again"),
    "invitation.withdrawn": _l("Invitation withdrawn"),
    "job.discarded": _l("Failed job discarded"),
    "job.run_again": _l("Failed job run again"),
    "membership.created": _l("Person got access"),
    "membership.left": _l("Person left the account"),
    "membership.removed": _l("Person lost access"),
    "membership.role_changed": _l("Person got another role"),
    "note.added": _l("Note added"),
    "note.pinned": _l("Note pinned"),
    "note.removed": _l("Note deleted"),
    "note.unpinned": _l("Note unpinned"),
    "password.reset_asked": _l("New password asked for"),
    "person.sessions_ended": _l("Signed out everywhere by staff"),
    "person.verification_asked": _l("Verification sent again by staff"),
    "proof.failed": _l("Proof refused"),
    "role.added": _l("Role of staff added"),
    "role.changed": _l("Role of staff changed"),
    "role.removed": _l("Role of staff removed"),
    "security.passkey_added": _l("Passkey added"),
    "security.passkey_removed": _l("Passkey removed"),
    "security.password": _l("Password changed"),
    "security.recovery_code_used": _l("Recovery code used"),
    "security.recovery_codes": _l("New recovery codes made"),
    "security.second_factor_reset": _l("Second factor reset by staff"),
    "security.token_added": _l("API token made"),
    "security.token_removed": _l("API token revoked"),
    "security.totp_off": _l("Two-step sign-in switched off"),
    "security.totp_on": _l("Two-step sign-in switched on"),
    "session.ended": _l("Signed out on one device"),
    "session.others_ended": _l("Signed out on all other devices"),
    "sign_in.ended": _l("Signed out"),
    "sign_in.failed": _l("Sign-in refused"),
    "sign_in.succeeded": _l("Signed in"),
    "staff.added": _l("Colleague added"),
    "staff.disabled": _l("Colleague disabled"),
    "staff.enabled": _l("Colleague enabled"),
    "staff.removed": _l("Colleague removed"),
    "staff.roles_changed": _l("Colleague got other roles"),
    "totp.replayed": _l("Code of the app used twice"),
    "user.email_change_asked": _l("New e-mail address asked for"),
    "user.email_change_cancelled": _l("New e-mail address called off"),
    "user.email_changed": _l("E-mail address changed"),
    "user.email_verified": _l("E-mail address confirmed"),
    "user.profile_changed": _l("Profile changed"),
    "user.registered": _l("Registered"),
    "user.registration_repeated": _l("Registered with a known address"),
}


def name_acts(names: Mapping[str, str]) -> None:
    _names.update(names)


def named(act: str) -> str:
    """An act that nobody named, from a row of long ago, goes by its code."""
    return str(_names.get(act, act))
