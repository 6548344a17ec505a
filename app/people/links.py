"""Links that stand in letters. They are made when the letter is, and stored nowhere.

Each carries what its use changes (the verified address, the password), so that it works once and dies of itself
when something else made it pointless.
"""

from hashlib import sha256

from app.kernel.addresses import address_of
from app.kernel.signing import sign
from app.people.models import Invitation, User

VERIFY = "verify-email"
RESET = "reset-password"
FIRST_PASSWORD = "first-password"  # noqa: S105  # what the link is for
CHANGE_EMAIL = "change-email"
INVITATION = "invitation"


def verification_link(user: User) -> str:
    return address_of("people_door.verify", token=sign(VERIFY, [user.public_id, user.email]))


def reset_link(user: User) -> str:
    return address_of("people_door.reset", token=sign(RESET, [user.public_id, state_of(user)]))


def first_password_link(user: User) -> str:
    """For somebody who did not ask for it and may be on holiday: it lasts longer than a reset."""
    return address_of("people_door.reset", token=sign(FIRST_PASSWORD, [user.public_id, state_of(user)]))


def email_change_link(user: User, new_email: str) -> str:
    token = sign(CHANGE_EMAIL, [user.public_id, state_of(user), new_email])
    return address_of("people_door.confirm_email", token=token)


def state_of(user: User) -> str:
    """Changes with the password and with the address."""
    return sha256(f"{user.email}\n{user.password_hash}".encode()).hexdigest()[:32]


def invitation_link(invitation: Invitation) -> str:
    """Whether it still opens anything stands in the invitation's row: accepted, withdrawn or sent anew."""
    return address_of("people_invitation.show", token=sign(INVITATION, invitation.public_id))
