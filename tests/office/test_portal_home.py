"""The portal's first page."""

import pytest

from app.kernel import clock as app_clock
from app.people import inviting
from app.people.models import MembershipRole, Totp
from tests.support import pages
from tests.support.people import make_account, make_user


@pytest.fixture
def alone(cast):
    person = make_user("Sam Solo", email="sam@example.com")
    return person, make_account("Solo BV", owner=person), cast.client(person)


def steps(client):
    return [one.get_text() for one in pages.soup(client.get("/portal")).select(".todo b")]


def test_a_new_customer_is_told_what_to_do_next(alone):
    assert steps(alone[2]) == ["Protect your sign-in", "Complete the company details", "Invite a colleague"]


def test_what_is_done_is_not_mentioned_again(alone):
    person, account, client = alone
    person.totp = Totp(secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", confirmed_at=app_clock.now())
    assert steps(client) == ["Complete the company details", "Invite a colleague"]
    billing = account.address("billing")
    billing.line1, billing.city = "Dam 1", "Amsterdam"
    assert steps(client) == ["Invite a colleague"]
    inviting.invite(account, "colleague@example.com", MembershipRole.billing, person)
    assert steps(client) == []
    assert "What to do next" not in client.get("/portal").text


def test_each_role_is_asked_only_for_what_it_may_do(cast):
    assert steps(cast["billing"]()) == ["Protect your sign-in", "Complete the company details"]
    assert steps(cast["technical"]()) == ["Protect your sign-in"]
    assert steps(cast["impersonator"]()) == ["Complete the company details"]


def test_the_state_is_told_in_sentences(cast, alone):
    text = pages.text(cast["technical"]().get("/portal"))
    assert "Hello Team" in text and "Your role: Technical. 4 people have access." in text
    assert "Nobody else has access." in pages.text(alone[2].get("/portal"))


def test_nobody_else_comes_in(cast):
    assert cast["visitor"]().get("/portal").location == "/sign-in?next=/portal"
    assert "Example BV" not in cast["stranger"]().get("/portal").text
    assert cast["staff support"]().get("/portal").location == "/staff"


def test_the_menu_marks_where_one_is(cast):
    client = cast["owner"]()

    def current(where):
        return [one.get_text(strip=True) for one in pages.soup(client.get(where)).select("#nav [aria-current=page]")]

    assert current("/portal") == ["Overview"]
    assert {*current("/account"), *current("/account/people"), *current("/profile")} == {"Account"}
