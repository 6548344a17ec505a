"""The back office by keyboard, in a real browser."""

import pytest

from app.kernel.db import db
from app.people.auditing import record
from tests.support.people import make_account, make_staff, make_user


@pytest.fixture
def desk(live, page, enter):
    """Signed in as an owner of the house, with two customers."""
    with live.app.app_context():
        boss = make_staff("Bo Boss", "owner")
        ann, bob = make_user("Ann Example"), make_user("Bob Sample")
        account = make_account("Example BV", owner=ann)
        make_account("Sample Ltd", owner=bob, billing=ann)
        record("security.password", ann, before={"since": "2020"}, after={"since": "2026"})
        db.session.commit()
        ids = {"account": account.public_id}
        enter(page, boss)
    page.ids = ids
    return page


def test_a_customer_is_found_and_suspended_without_a_mouse(desk):
    desk.goto("/staff")
    desk.keyboard.press("g")
    desk.keyboard.press("c")
    desk.wait_for_url("**/staff/customers")
    desk.keyboard.press("/")
    desk.keyboard.type("example bv")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="Example BV").first.click()
    desk.get_by_role("link", name="Activate").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Paid in advance")
    dialog.get_by_role("button", name="Activate").click()
    desk.get_by_role("link", name="Suspend").wait_for()
    assert not desk.locator("dialog[open]").count()
    assert desk.get_by_text("Paid in advance").count()


def test_a_note_is_written_in_its_place(desk):
    desk.goto(f"/staff/customers/{desk.ids['account']}")
    desk.get_by_label("Note").fill("Calls on Mondays")
    desk.get_by_role("button", name="Add note").click()
    desk.get_by_text("Calls on Mondays").wait_for()
    assert desk.url.endswith(desk.ids["account"])


def test_the_list_follows_while_one_types(desk):
    desk.goto("/staff/customers")
    desk.get_by_label("Name, company, e-mail or id").type("samp")
    desk.get_by_role("link", name="Example BV").wait_for(state="detached")
    assert desk.get_by_role("link", name="Sample Ltd").count()
    assert "q=samp" in desk.url


def test_a_row_of_the_log_opens_beside_the_list(desk):
    desk.goto("/staff/audit")
    desk.get_by_role("row", name="security.password").get_by_role("link").click()
    desk.get_by_role("dialog").get_by_text("2026").first.wait_for()
    desk.keyboard.press("Escape")
    assert not desk.locator("dialog[open]").count()
