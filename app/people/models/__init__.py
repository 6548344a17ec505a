from app.people.models.account import ACCOUNT_LIFE, Account, AccountNote, Address
from app.people.models.audit import AuditEntry
from app.people.models.credentials import ApiToken, Passkey, RecoveryCode, Totp
from app.people.models.membership import Invitation, Membership, MembershipRole
from app.people.models.staff import Impersonation, StaffAssignment, StaffRole
from app.people.models.user import User

__all__ = [
    "ACCOUNT_LIFE",
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
