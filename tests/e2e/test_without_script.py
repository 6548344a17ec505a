"""The same work in a browser that runs no script: every act is a form, every dialog a page."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from app.kernel.db import db
from app.people import passwords, standing
from tests.support.people import make_account, make_staff, make_user

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # make_staff gives it to everyone


@pytest.fixture
def plain(live, browser, base_url):
    """`plain()` opens a further browser without script."""
    contexts = []

    def open_browser():
        contexts.append(browser.new_context(java_script_enabled=False, base_url=base_url, locale="en-GB"))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_browser
    for context in contexts:
        context.close()


def sign_in(page, email):
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def link_in(letter):
    (link,) = (link for link in letter.links if "/verify/" in link or "/invitation/" in link)
    return link


def test_a_customer_arrives_and_brings_a_colleague(plain, letter_to):
    page = plain()
    page.goto("/register")
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Country").select_option("NL")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("group", name="Problems")).to_contain_text("Without accepting the terms")
    expect(page.get_by_label("Your name")).to_have_value("Ann Example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url("/register/sent")

    page.goto(link_in(letter_to("ann@example.com")))
    page.get_by_role("button", name="Confirm this address").click()
    expect(page.get_by_role("main")).to_contain_text("your e-mail address is confirmed")
    expect(page.get_by_label("E-mail address")).to_have_value("ann@example.com")
    sign_in(page, "ann@example.com")
    expect(page).to_have_url("/portal")

    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_label(re.compile("^Company")).fill("Example BV")
    page.get_by_label("Street and number").first.fill("Main Street 1")
    page.get_by_label("Postal code").first.fill("1012 AB")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_role("link", name="Fill in the city.")).to_be_visible()
    expect(page.get_by_label(re.compile("^Company"))).to_have_value("Example BV")
    page.get_by_label("City").first.fill("Amsterdam")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("The company details are saved.")

    page.get_by_role("navigation", name="Account").get_by_role("link", name="People").click()
    page.get_by_label("E-mail address").fill("bob@example.com")
    page.get_by_label("Technical").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row", name="bob@example.com")).to_contain_text("Waiting")

    other = plain()
    other.goto(link_in(letter_to("bob@example.com")))
    other.get_by_label("Your name").fill("Bob Sample")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Accept and sign in").click()
    expect(other).to_have_url("/portal")

    page.reload()
    page.get_by_role("row", name="Bob Sample").locator("summary").click()
    page.get_by_role("button", name="Remove Bob Sample").click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Bob Sample no longer has access.")
    expect(page.get_by_role("row", name="Bob Sample")).to_have_count(0)


def test_a_colleague_suspends_an_account_and_stands_in_for_its_owner(plain, live):
    with live.app.app_context():
        account = make_account("Example BV", owner=make_user("Ann Example"))
        standing.change_status(account, "activation", "First order")
        make_staff("Bo Boss", "owner", email="bo@house.test", password_hash=passwords.make_hash(PASSWORD))
        db.session.commit()
    page = plain()
    sign_in(page, "bo@house.test")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(SECRET).now())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url("/staff")

    page.get_by_label("Search everything").fill("example")
    page.get_by_label("Search everything").press("Enter")
    page.get_by_role("main").get_by_role("link", name="Example BV").click()
    customer = page.url
    page.get_by_role("link", name="Suspend").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suspend Example BV")
    expect(page.get_by_role("main")).to_contain_text("Nothing is deleted")
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("group", name="Problems")).to_be_visible()
    page.get_by_label("Reason").fill("Sends spam")
    page.get_by_role("button", name="Suspend").click()
    expect(page).to_have_url(customer)
    expect(page.get_by_role("link", name="Reopen")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Sends spam")

    page.get_by_role("link", name="Act as them").click()
    page.get_by_label("Reason").fill("Ticket 12: cannot find the invoices")
    page.get_by_role("button", name="Act as Ann Example").click()
    banner = page.get_by_role("complementary", name="Acting as a customer")
    expect(banner).to_contain_text("Bo Boss, you are acting as Ann Example.")
    page.goto("/account")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="Stop").click()
    expect(page).to_have_url(customer)
    expect(page.get_by_role("region", name="Messages")).to_contain_text("You are yourself again.")
    expect(banner).to_have_count(0)
