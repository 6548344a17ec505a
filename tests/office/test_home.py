"""The first page."""

from app.kernel.db import db
from tests.support.people import make_account, make_staff, make_user, sign_in


def test_a_visitor_finds_the_two_ways_in(client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert "Create an account" in page.text
    assert "/demo" not in page.text


def test_the_demo_says_that_it_is_one(app, client) -> None:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"mode": "demo"})
    try:
        assert 'href="/demo"' in client.get("/").text
    finally:
        app.config["SETTINGS"] = before


def test_whoever_is_inside_goes_on_to_their_own(client, make_client) -> None:
    anna = make_user("Anna")
    make_account("Example BV", owner=anna)
    colleague = make_staff("Colleague", "support")
    db.session.commit()
    assert sign_in(client, anna).get("/").location == "/portal"
    assert sign_in(make_client(), colleague).get("/").location == "/staff"
