"""`flask people …`: what is done at the machine when nobody can sign in."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import links, passwords, resetting, staffing
from app.people.models import AuditEntry, User
from tests.support.people import make_staff, make_user

PASSWORD = "correct horse battery\n"


def run(app, *arguments, typed=None):
    return app.test_cli_runner().invoke(args=["people", *arguments], input=typed)


def test_the_first_owner_is_made_with_a_password(app):
    result = run(app, "create-owner", "Ann@Example.com", "--name", "Ann", typed=PASSWORD * 2)
    assert result.exit_code == 0, result.output
    ann = db.session.query(User).one()
    assert (ann.email, ann.name) == ("ann@example.com", "Ann")
    assert ann.email_verified_at
    assert passwords.verify(ann, PASSWORD.strip())
    assert staffing.roles_of(ann)[0].everything
    assert db.session.query(AuditEntry).one().actor_name.endswith("at the command line")


def test_a_link_instead_of_a_password(app):
    result = run(app, "create-owner", "ann@example.com", "--link")
    assert result.exit_code == 0, result.output
    assert "http://localhost" in result.output
    assert db.session.query(User).one().password_hash is None


def test_a_weak_password_makes_nobody(app):
    result = run(app, "create-owner", "ann@example.com", typed="short\nshort\n")
    assert result.exit_code == 1
    assert "at least" in result.output
    assert db.session.query(User).count() == 0


def test_somebody_known_becomes_an_owner_and_keeps_the_password(app):
    make_user("Ann", password_hash=passwords.make_hash("her own old one"))
    db.session.commit()
    assert run(app, "create-owner", "ann@people.test").exit_code == 0
    assert run(app, "create-owner", "ann@people.test").exit_code == 0
    assert db.session.query(AuditEntry).count() == 1


def test_the_second_factor_is_reset(app):
    ann = make_staff("Ann", "owner")
    db.session.commit()
    result = run(app, "reset-2fa", "Ann@people.test")
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    assert not ann.has_second_factor
    assert run(app, "reset-2fa", "ann@people.test").exit_code == 1
    assert "Nobody here" in run(app, "reset-2fa", "bob@people.test").output


def test_staff_are_listed(app):
    make_staff("Ann", "owner")
    make_staff("Bob", "support", "billing", second_factor=False)
    db.session.commit()
    lines = run(app, "list-staff").output.splitlines()
    assert lines[0].split() == ["ann@people.test", "owner", "second", "factor"]
    assert "billing, support" in lines[1]
    assert "NO SECOND FACTOR" in lines[1]


def test_somebody_invited_may_take_a_week_and_a_reset_may_not(app):
    user = make_user("Late Larry", verified=False)
    now = clock.now()
    invited, forgotten = (link.rpartition("/")[2] for link in (links.first_password_link(user), links.reset_link(user)))
    with clock.at(now + timedelta(days=6)):
        assert resetting.asked_by(invited) == user
        with pytest.raises(Refusal, match="expired"):
            resetting.asked_by(forgotten)
    with clock.at(now + timedelta(days=8)), pytest.raises(Refusal, match="expired"):
        resetting.asked_by(invited)
