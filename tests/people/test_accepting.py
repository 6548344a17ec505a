"""Taking up an invitation."""

from urllib.parse import urlsplit

import pytest

from app.kernel.db import db
from app.people import inviting, links
from app.people.models import AuditEntry, Invitation, Membership, MembershipRole, User
from tests.support import pages
from tests.support.people import make_user


@pytest.fixture
def invite(cast):
    def invite(email="new@example.com"):
        invitation = inviting.invite(cast.account, email, MembershipRole.technical, cast.owner)
        db.session.commit()
        return invitation, urlsplit(links.invitation_link(invitation)).path

    return invite


def belongs(cast, user):
    return db.session.query(Membership).filter_by(account_id=cast.account.id, user_id=user.id).one_or_none()


def test_a_newcomer_joins_with_a_name_and_a_password(cast, client, invite):
    invitation, path = invite()
    page = client.get(path)
    assert "Join Example BV" in page.text and "new@example.com" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    answer = client.submit(page, "main form", name="New Person", password="a long enough sentence")
    assert (answer.status_code, answer.location) == (303, "/portal")
    user = db.session.query(User).filter_by(email="new@example.com").one()
    assert user.email_verified_at and belongs(cast, user).role == "technical" and invitation.accepted_at
    home = client.get("/portal")
    assert home.status_code == 200 and "Example BV" in home.text
    actions = {entry.action for entry in db.session.query(AuditEntry)}
    assert {"invitation.accepted", "membership.created", "user.email_verified"} <= actions


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("name", "password"), [("", "a long enough sentence"), ("New", "short"), ("New", "")])
def test_a_newcomer_s_mistakes_stand_beside_their_fields(client, invite, name, password, htmx):
    _invitation, path = invite()
    answer = client.submit(path, "main form", htmx=htmx, name=name, password=password)
    assert answer.status_code == 422
    assert pages.soup(answer).select_one("[aria-invalid=true]")
    assert pages.soup(answer).select_one("#name")["value"] == name
    assert db.session.query(User).filter_by(email="new@example.com").count() == 0


def test_somebody_signed_in_with_that_address_accepts_with_a_click(cast, invite):
    person = make_user("Pat", email="pat@example.com", verified=False)
    _invitation, path = invite(person.email)
    client = cast.client(person)
    assert client.submit(path, "main form").location == "/portal"
    assert belongs(cast, person) and person.email_verified_at
    assert "Example BV" in client.get("/portal").text


def test_somebody_signed_in_as_another_is_told_whose_it_is(cast, invite):
    _invitation, path = invite()
    client = cast["stranger"]()
    text = client.get(path).text
    assert "new@example.com" in text and "stranger@people.test" in text
    assert client.post(path).status_code == 422
    assert client.post(f"{path}/login", data={"name": "X", "password": "a long enough sentence"}).status_code == 422
    assert belongs(cast, cast.stranger) is None


def test_somebody_with_a_login_signs_in_first(cast, client, invite):
    person = make_user("Pat", email="pat@example.com")
    _invitation, path = invite(person.email)
    page = pages.soup(client.get(path))
    assert not page.select("main [name=password]")
    assert page.select_one(f"main a[href*='next={path}']")
    data = {"name": "Thief", "password": "a long enough sentence"}
    assert client.post(f"{path}/login", data=data).status_code == 422
    assert client.post(path).status_code == 422
    assert belongs(cast, person) is None


@pytest.mark.parametrize("end", ["accepted", "withdrawn", "expired", "invented"])
def test_a_dead_link_says_so_and_does_nothing(cast, client, invite, clock, end):
    invitation, path = invite()
    if end == "accepted":
        client.submit(path, "main form", name="New", password="a long enough sentence")
        client = cast.client()
    elif end == "withdrawn":
        inviting.withdraw(invitation)
    elif end == "expired":
        clock.forward(days=8)
    else:
        path = f"{path}x"
    before = db.session.query(Membership).count()
    data = {"name": "Late", "password": "a long enough sentence"}
    answers = (client.get(path), client.post(path), client.post(f"{path}/login", data=data))
    assert [one.status_code for one in answers] == [410, 410, 410]
    assert "/forgot" not in answers[0].text
    assert db.session.query(Membership).count() == before


def test_an_impersonator_accepts_nothing(cast, invite):
    _invitation, path = invite("someone@example.com")
    assert cast["impersonator"]().get(path).status_code == 403
    assert db.session.query(Invitation).one().accepted_at is None
