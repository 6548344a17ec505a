"""For every argument in a route's address, something that exists: so that a 404 can only come from the door."""

from datetime import timedelta

from werkzeug.routing import Rule

from app.kernel import clock, events
from app.kernel.db import db
from app.office import preferences
from app.people import auditing, links
from app.people.events import EmailVerified
from app.people.models import AccountNote, ApiToken, Invitation, Passkey, StaffRole
from tests.support.people import Cast


def furnish(cast: Cast) -> dict[str, object]:
    """What the account, its owner and the house own; a stranger owns none of it. Named as `endpoint.argument`."""
    owner, account, agent = cast.owner, cast.account, cast.staff["support"]
    note = AccountNote(account_id=account.id, author_id=agent.id, text="calls on Mondays")
    invitation = Invitation(
        account=account,
        email="new@people.test",
        role="billing",
        invited_by=owner,
        expires_at=clock.now() + timedelta(days=7),
    )
    passkey = Passkey(user=owner, name="Telephone", credential_id=b"id", public_key=b"key")
    token = ApiToken(
        user=owner, account=account, name="Backup", abilities=["account.view"], token_hash="h1", hint="aaaa"
    )
    own = ApiToken(user=cast.staff["owner"], name="Report", abilities=["staff.home"], token_hash="h2", hint="bbbb")
    role = StaffRole(name="night", label="Night desk", permissions=["staff.home"], offered=[])
    db.session.add_all([note, invitation, passkey, token, own, role])
    entry = auditing.record("account.changed", account, before={"name": "A"}, after={"name": "B"})
    events.announce(EmailVerified(user=owner.public_id))
    owner.pending_email = "other@people.test"
    db.session.commit()
    return {
        "assets.name": "hostler.css",
        "static.filename": "img/mark.svg",
        "demo.role": "customer",
        "office_staff.event.public_id": _last_event(),
        "office_staff.job_id": "none",
        "office_staff.act": "rerun",
        "office_stopping.token": preferences.stop_token(owner, "new_place"),
        "people_audit.kind": "csv",
        "people_audit.number": entry.number,
        "people_colleagues.public_id": cast.staff["technician"].public_id,
        "people_colleagues.act": "disabling",
        "people_door.confirm_email.token": links.email_change_link(owner, "other@people.test").rpartition("/")[2],
        "people_door.confirm_email_now.token": links.email_change_link(owner, "other@people.test").rpartition("/")[2],
        "people_door.reset.token": links.reset_link(owner).rpartition("/")[2],
        "people_door.reset_now.token": links.reset_link(owner).rpartition("/")[2],
        "people_door.token": links.verification_link(owner).rpartition("/")[2],
        "people_invitation.token": links.invitation_link(invitation).rpartition("/")[2],
        "people_impersonation.public_id": account.public_id,
        "people_impersonation.user_id": owner.public_id,
        "people_notes.public_id": account.public_id,
        "people_notes.note_id": note.public_id,
        "people_persons.public_id": owner.public_id,
        "office_letters.public_id": _letter(cast),
        "people_roles.public_id": role.public_id,
        "people_security.handle": "0" * 40,
        "people_security.public_id": passkey.public_id,
        "people_staff.public_id": account.public_id,
        "people_staff.act": "suspension",
        "people_staff_tokens.public_id": own.public_id,
        "people_team.change_role.public_id": _membership(cast, "billing"),
        "people_team.remove.public_id": _membership(cast, "billing"),
        "people_team.public_id": invitation.public_id,
        "people_tokens.public_id": token.public_id,
        "sandbox_mail.name": "none",
    }


def _letter(cast: Cast) -> str:
    from app.office.models import SentMail

    mail = SentMail(
        recipient=cast.owner.email, template="welcome", cause="x", locale="en", facts={}, due_at=clock.now(), tries=1
    )
    mail.status = "failed"
    db.session.add(mail)
    db.session.commit()
    return mail.public_id


def _last_event() -> str:
    from app.kernel.outbox import OutboxEvent

    event = db.session.query(OutboxEvent).order_by(OutboxEvent.id.desc()).first()
    assert event
    event.due_at = None
    db.session.commit()
    return event.public_id


def _membership(cast: Cast, role: str) -> str:
    from app.people.models import Membership

    of = {"user_id": cast.team[role].id, "account_id": cast.account.id}
    return db.session.query(Membership).filter_by(**of).one().public_id


def values_for(rule: Rule, things: dict[str, object]) -> dict[str, object]:
    room = rule.endpoint.partition(".")[0]
    values = {}
    for name in rule.arguments:
        keys = (f"{rule.endpoint}.{name}", f"{room}.{name}")
        found = next((things[key] for key in keys if key in things), None)
        assert found is not None, f"say in tests/support/matrix_samples.py what <{name}> of {rule.endpoint} may be"
        values[name] = found
    return values
