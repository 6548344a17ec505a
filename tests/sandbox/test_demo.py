"""The demo's shop: made once, by the real verbs, and entered with one click."""

import pytest
from sqlalchemy import func, select

from app.kernel import settings_store
from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.kernel.settings import SettingsError
from app.people import audit_chain
from app.people.models import Account, AuditEntry, User
from app.sandbox.demo import cast, seeding
from tests.support.people import make_user


def test_a_shop_with_a_year_of_history_and_one_letter(app, work_off, letterbox) -> None:
    assert seeding.seed()
    work_off()
    states = dict(db.session.execute(select(Account.status, func.count()).group_by(Account.status)).all())
    assert states == {"active": 24, "suspended": 2, "closed": 1, "pending": 2}
    assert letterbox.only.to == cast.NEWCOMER.email
    times = list(db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.number)))
    assert times == sorted(times)
    assert audit_chain.verify(None).broken is None


def test_seeding_twice_changes_nothing(app) -> None:
    assert seeding.seed()
    people = db.session.scalar(select(func.count()).select_from(User))
    assert not seeding.seed()
    assert db.session.scalar(select(func.count()).select_from(User)) == people


def test_a_database_that_somebody_lives_in_is_left_alone(app) -> None:
    make_user("Real Person")
    with pytest.raises(Refusal, match="database of its own"):
        seeding.seed()


def test_production_does_not_start_on_the_demo_s_data(own_database) -> None:
    settings_store.refuse_demo_data(own_database.app)
    with own_database.app.app_context():
        seeding.seed()
    with pytest.raises(SettingsError, match="demo's data"):
        settings_store.refuse_demo_data(own_database.app)


@pytest.mark.parametrize(("role", "face"), [("customer", "portal"), ("owner", "staff"), ("support", "staff")])
def test_one_click_and_inside(app, make_client, role: str, face: str) -> None:
    seeding.seed()
    client = make_client()
    answer = client.submit("/demo", f"form[action='/demo/{role}']")
    assert answer.status_code == 303
    home = client.get(answer.location)
    assert home.status_code == 200
    assert f'data-face="{face}"' in home.text


def test_the_way_in_before_there_is_a_shop_says_so(client) -> None:
    assert "being set up" in client.get("/demo").text
    assert client.post("/demo/customer").status_code == 303
    assert client.post("/demo/king").status_code == 404
