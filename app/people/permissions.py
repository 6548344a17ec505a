"""What this room lets roles allow."""

from flask_babel import lazy_gettext as _l

from app.kernel.permissions import customer, staff
from app.people import roles, staff_roles
from app.people.models import MembershipRole as Role


def declare() -> None:
    customer("account.view", _l("See the account"))
    customer("account.edit", _l("Change company and addresses"))
    customer("people.view", _l("See who has access"))
    customer("people.manage", _l("Invite and remove people"), own_hand=True)
    customer("people.leave", _l("Leave the account"), own_hand=True)
    customer("tokens.manage", _l("Make API tokens"), own_hand=True)
    roles.grant("account.view", Role.billing, Role.technical, Role.read_only)
    roles.grant("account.edit", Role.billing)
    roles.grant("people.view", Role.billing, Role.technical, Role.read_only)
    roles.grant("people.leave", Role.billing, Role.technical, Role.read_only)
    roles.grant("tokens.manage", Role.billing, Role.technical)

    staff("staff.home", _l("Enter the back office"))
    staff("accounts.view", _l("See customers"))
    staff("accounts.edit", _l("Change customers' details"))
    staff("accounts.notes", _l("Write notes on customers"))
    staff("accounts.suspend", _l("Suspend, reopen and close accounts"))
    staff("accounts.impersonate", _l("Enter the portal in a customer's place"))
    staff("people.reset", _l("Reset a person's second factor and end their sessions"))
    staff("staff.view", _l("See colleagues and roles"))
    staff("staff.manage", _l("Change colleagues and roles"))
    staff("audit.view", _l("Read the audit log"))
    staff("audit.export", _l("Export the audit log"))
    staff("jobs.view", _l("See queues and failed jobs"))
    staff("jobs.manage", _l("Run failed jobs again"))

    everyone = ("billing", "support", "technician", "read_only")
    for permission in ("staff.home", "accounts.view"):
        staff_roles.grant(permission, *everyone)
    staff_roles.grant("accounts.notes", "billing", "support", "technician")
    staff_roles.grant("accounts.edit", "billing", "support")
    staff_roles.grant("accounts.suspend", "billing", "support")
    staff_roles.grant("accounts.impersonate", "support")
    staff_roles.grant("people.reset", "support")
    staff_roles.grant("audit.view", "read_only")
    staff_roles.grant("jobs.view", "technician", "read_only")
    staff_roles.grant("jobs.manage", "technician")
