"""The door in a real browser: from signing up to a passkey, and without any script at all."""

import pyotp
import pytest

from app.kernel import clock
from app.kernel.db import db
from app.people import passwords
from tests.support.people import make_account, make_user

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(live):
    with live.app.app_context():
        user = make_user("Ann Example", email="ann@example.com", password_hash=passwords.make_hash(PASSWORD))
        make_account("Ann's shop", owner=user)
        db.session.commit()
        return user.public_id


@pytest.fixture
def authenticator(page):
    """A device that holds passkeys and whose owner always agrees."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return wire, made["authenticatorId"]


def present(authenticator, yes):
    wire, device = authenticator
    wire.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": yes})


def sign_in(page, email="ann@example.com", password=PASSWORD):
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.goto("/security")
    # the door may offer a passkey, and so be left, before it has loaded
    with page.expect_navigation(url="**/sign-in", wait_until="commit"):
        page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")


def enter_code(page, code):
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_sign_up_confirm_set_up_an_app_sign_out_and_in(page, letter_to, axe):
    page.goto("/register")
    axe(page)
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Country").select_option("NL")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill("short")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Use at least 10 characters.").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/register/sent")
    axe(page)

    letter = letter_to("ann@example.com")
    assert letter.message["Subject"]
    page.goto(next(link for link in letter.links if "/verify/" in link))
    page.get_by_role("button", name="Confirm this address").click()
    page.wait_for_url("**/sign-in")
    sign_in(page)
    page.wait_for_url("**/portal")

    page.goto("/security")
    page.get_by_role("button", name="Set up an app").click()
    page.wait_for_url("**/security/totp")
    axe(page)
    page.get_by_text("I cannot scan it").click()
    secret = page.get_by_label("Secret").input_value().replace(" ", "")
    app = pyotp.TOTP(secret)
    page.get_by_label("Code", exact=True).fill(used := app.now())
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    axe(page)

    sign_out(page)
    sign_in(page)
    page.wait_for_url("**/sign-in/second-factor")
    axe(page)
    enter_code(page, used)
    page.get_by_role("group", name="Problems").wait_for()
    # the code that switched it on is spent; a telephone may be half a minute ahead
    enter_code(page, app.at(clock.now().timestamp(), counter_offset=1))
    page.wait_for_url("**/portal")

    sign_out(page)
    sign_in(page)
    page.wait_for_url("**/sign-in/second-factor")
    enter_code(page, codes[0])
    page.wait_for_url("**/portal")


def test_a_passkey_is_added_used_and_needed_again(page, live, ann, authenticator, axe):
    sign_in(page)
    page.wait_for_url("**/portal")
    page.goto("/security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("rowheader", name="Laptop").wait_for()
    axe(page)

    sign_out(page)
    page.wait_for_url("**/portal")  # offered from the address field, and this owner always agrees

    present(authenticator, False)
    sign_out(page)
    sign_in(page)
    page.wait_for_url("**/sign-in/second-factor")
    present(authenticator, True)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/portal")


def test_a_passkey_is_renamed_and_taken_away(page, live, ann, authenticator):
    sign_in(page)
    page.wait_for_url("**/portal")
    page.goto("/security/passkeys")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("Telephone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("rowheader", name="Telephone").wait_for()

    page.locator("#security-passkeys summary").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove this passkey").click()
    page.get_by_text("You have none yet.").wait_for()

    def offer_it_once(route):
        present(authenticator, False)
        route.continue_()

    page.route("**/sign-in/passkey", offer_it_once)
    sign_out(page)
    page.wait_for_url("**/sign-in/passkey")  # the device has kept it, and does not know better
    page.get_by_role("group", name="Problems").wait_for()
    sign_in(page)
    page.wait_for_url("**/portal")


def test_a_cancelled_passkey_says_so_and_leaves_the_page_as_it_is(page, live, ann, authenticator):
    wire, device = authenticator
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used").wait_for()
    assert page.get_by_label("E-mail address").input_value() == "ann@example.com"


def test_everything_but_passkeys_works_without_script(live, ann, browser, base_url):
    context = browser.new_context(java_script_enabled=False, base_url=base_url, locale="en-GB")
    page = context.new_page()
    sign_in(page, password="not this one")
    page.get_by_role("group", name="Problems").wait_for()
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    sign_in(page)
    page.wait_for_url("**/portal")
    page.goto("/security/password")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill("another horse battery")
    page.get_by_role("button", name="Change password").click()
    page.wait_for_url("**/security")
    context.close()
