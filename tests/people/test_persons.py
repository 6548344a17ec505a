"""A person's panel in the back office, and help for who is locked out."""

import pytest

from app.kernel import sessions
from app.kernel.db import db
from app.kernel.outbox import OutboxEvent
from app.people.models import AuditEntry, Passkey, RecoveryCode, Totp
from tests.support.pages import text
from tests.support.people import make_account, make_staff, make_user


@pytest.fixture
def guarded(cast):
    """A customer with every kind of second factor, signed in."""
    user = make_user("Guarded")
    make_account("Guarded BV", owner=user)
    user.totp = Totp(secret="JBSWY3DPEHPK3PXP", confirmed_at=user.created_at)
    db.session.add(Passkey(user=user, name="Key", credential_id=b"1", public_key=b"2"))
    db.session.add(RecoveryCode(user_id=user.id, code_hash="x"))
    db.session.commit()
    cast.client(user).get("/account")
    return user


def where(user, rest=""):
    return f"/staff/people/{user.public_id}{rest}"


def last():
    return db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()


def test_the_panel_tells_how_somebody_signs_in(cast, guarded):
    shown = text(cast["staff support"]().get(where(guarded)))
    assert "Guarded BV" in shown
    assert "Sessions 1" in shown
    assert "Passkeys 1" in shown


def test_resetting_the_second_factor_takes_all_of_it_and_tells(cast, guarded):
    support = cast["staff support"]()
    assert "be sure that it is they who ask" in text(support.get(where(guarded, "/second-factor")))
    support.submit(where(guarded, "/second-factor"), "#second-factor form")
    assert not guarded.has_second_factor
    assert db.session.query(RecoveryCode).count() == 0
    assert sessions.count_of(guarded.public_id) == 0
    assert db.session.query(OutboxEvent).filter_by(name="SecurityChanged").one().fact["what"] == "second_factor_reset"
    assert last().action == "security.second_factor_reset"
    assert last().before == {"app": True, "passkeys": ["Key"]}
    assert "has no second factor" in text(support.post(where(guarded, "/second-factor")))


def test_it_asks_for_a_fresh_proof(cast, guarded):
    stale = cast.client(cast.staff["support"])
    with stale.session_transaction() as session:
        session["proved_at"] = 0
    assert "/prove" in stale.get(where(guarded, "/second-factor")).location


def test_support_cannot_disarm_an_owner(cast):
    support = cast["staff support"]()
    chief = make_staff("Chief", "owner")
    refused = support.submit(where(chief, "/second-factor"), "#second-factor form")
    assert refused.status_code == 422
    assert "may do more than you" in text(refused)
    support.post(where(chief, "/sessions/end"))
    assert last() is None


def test_all_sessions_end_by_a_button(cast, guarded):
    cast["staff support"]().post(where(guarded, "/sessions/end"))
    assert sessions.count_of(guarded.public_id) == 0
    assert last().action == "person.sessions_ended"


def test_the_verification_is_sent_again(cast):
    fresh = make_user("Fresh", verified=False)
    support = cast["staff support"]()
    assert "not verified" in text(support.get(where(fresh)))
    support.post(where(fresh, "/verification"))
    assert db.session.query(OutboxEvent).filter_by(name="EmailVerificationAsked").count() == 1
    support.post(where(cast.owner, "/verification"))
    assert db.session.query(OutboxEvent).filter_by(name="EmailVerificationAsked").count() == 1


def test_who_may_not_help_sees_no_buttons(cast, guarded):
    reader = cast["staff read_only"]()
    assert "Reset second factor" not in text(reader.get(where(guarded)))
    assert reader.post(where(guarded, "/sessions/end")).status_code == 403
    assert cast["owner"]().get(where(guarded)).status_code == 404
