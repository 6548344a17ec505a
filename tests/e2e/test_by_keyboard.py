"""Nobody needs a mouse: the door, a form of the portal, a customer at the desk."""

import pytest
from playwright.sync_api import expect

from app.kernel.db import db
from app.people import passwords
from tests.support.hands import press, tab_to, write
from tests.support.people import make_account, make_staff, make_user

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(live):
    with live.app.app_context():
        user = make_user("Ann Example", email="ann@example.com", password_hash=passwords.make_hash(PASSWORD))
        make_account("Example BV", owner=user)
        db.session.commit()
        yield user


def test_sign_in_and_a_form_of_the_portal(page, ann):
    page.goto("/sign-in")
    write(page, page.get_by_label("E-mail address"), "ann@example.com")
    write(page, page.get_by_label("Password"), "not this one")
    page.keyboard.press("Enter")
    expect(page.locator("[data-summary]")).to_be_focused()
    write(page, page.get_by_label("Password"), PASSWORD)
    tab_to(page, page.get_by_label("Stay signed in"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/portal")

    press(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Account"))
    page.wait_for_url("**/account")
    expect(page.locator("#h")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")

    press(page, page.get_by_role("navigation", name="Account").get_by_role("link", name="Profile"))
    page.wait_for_url("**/profile")
    name = page.get_by_label("Your name")
    write(page, name, " ")
    press(page, page.get_by_role("button", name="Save profile"))
    summary = page.locator("[data-summary]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("Anna Example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Messages")).to_contain_text("saved")
    expect(name).to_have_value("Anna Example")

    menu = page.locator("summary", has_text="Example BV")
    press(page, menu)
    press(page, page.get_by_role("button", name="Sign out"))
    page.wait_for_url("**/sign-in")


def test_the_first_stop_leads_past_the_menu(page, ann, enter):
    enter(page, ann)
    page.goto("/portal")
    press(page, page.get_by_role("link", name="Skip to the content"))
    expect(page.locator("#main")).to_be_focused()


def test_a_customer_at_the_desk(page, ann, enter, axe):
    boss = make_staff("Bo Boss", "owner")
    db.session.commit()
    enter(page, boss)
    page.goto("/staff")
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.type("exam")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/search?q=exam")
    page.get_by_role("main").get_by_role("link", name="Example BV").wait_for()
    axe(page)

    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/staff/customers")
    expect(page.locator("#h")).to_be_focused()
    press(page, page.get_by_role("row").get_by_role("link", name="Example BV"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Example BV")

    activate = page.get_by_role("link", name="Activate")
    press(page, activate)
    reason = page.get_by_role("dialog").get_by_label("Reason")
    expect(reason).to_be_focused()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(activate).to_be_focused()

    page.keyboard.press("Enter")
    expect(reason).to_be_focused()
    press(page, page.get_by_role("dialog").get_by_role("button", name="Activate"))
    expect(page.get_by_role("dialog").locator("[data-summary]")).to_be_focused()
    write(page, reason, "Paid in advance")
    press(page, page.get_by_role("dialog").get_by_role("button", name="Activate"))
    expect(page.get_by_role("link", name="Suspend")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#h")).to_be_focused()
