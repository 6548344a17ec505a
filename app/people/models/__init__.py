from app.people.models.account import ACCOUNT_LIFE, ACCOUNT_WORDS, Account, AccountNote, Address
from app.people.models.audit import AUDIT_WORDS, AuditEntry
from app.people.models.credentials import ApiToken, Passkey, RecoveryCode, Totp
from app.people.models.membership import Invitation, Membership, MembershipRole
from app.people.models.staff import Impersonation, StaffAssignment, StaffRole
from app.people.models.user import USER_WORDS, User

__all__ = [
    "ACCOUNT_LIFE",
    "ACCOUNT_WORDS",
    "AUDIT_WORDS",
    "USER_WORDS",
    "Account",
    "AccountNote",
    "Address",
    "ApiToken",
    "AuditEntry",
    "Impersonation",
    "Invitation",
    "Membership",
    "MembershipRole",
    "Passkey",
    "RecoveryCode",
    "StaffAssignment",
    "StaffRole",
    "Totp",
    "User",
]
