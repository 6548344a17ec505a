"""What only a browser can tell about the look: accessibility, sideways scrolling, focus, keys."""

import re

import pytest
from playwright.sync_api import expect

from app.kernel import navigation

pytestmark = pytest.mark.e2e

FACES = ["portal", "site", "staff"]


@pytest.mark.parametrize("face", FACES)
def test_the_gallery_is_usable_by_everyone(page, axe, face):
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"/_ui?face={face}")
        axe(page)


@pytest.mark.parametrize("face", FACES)
def test_no_page_scrolls_sideways(page, face):
    page.goto(f"/_ui?face={face}")
    for width in (320, 360, 620, 700, 900, 1240):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_after_a_refusal_the_summary_has_the_focus_and_leads_to_the_field(page):
    page.goto("/_ui")
    page.locator("#order").get_by_role("button", name="Order server").click()
    summary = page.locator("#order [data-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("#email")).to_be_focused()


def test_what_takes_away_asks_first_and_does_no_harm_on_a_hasty_enter(page):
    page.goto("/_ui")
    ask = page.locator("summary", has_text="Delete server")
    ask.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(ask).to_be_focused()
    ask.click()
    page.get_by_role("button", name="Delete web-02").click()
    expect(page.locator("#toasts .toast")).to_contain_text("restarting")


def test_a_form_is_fetched_into_a_dialog_and_gone_when_it_closes(page):
    page.goto("/_ui")
    page.get_by_role("link", name="Fetch a form").click()
    expect(page.locator("dialog #new")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialogs dialog")).to_have_count(0)


def test_success_by_htmx_brings_the_page_its_message_and_the_focus(page):
    page.goto("/_ui")
    page.get_by_role("button", name="Good news").click()
    expect(page.locator("#toasts .toast")).to_contain_text("restarting")
    expect(page.locator("#h")).to_be_focused()


def test_a_failed_request_says_so_with_its_number(context, live):
    page = context.new_page()
    page.goto(f"{live.url}/_ui")
    page.evaluate("htmx.ajax('GET', '/nowhere', { target: '#toast-sink', swap: 'innerHTML' })")
    toast = page.locator("#toasts .toast--stop")
    expect(toast).to_have_attribute("role", "alert")
    expect(toast).to_contain_text(re.compile(r"req_\w+"))
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)


def test_a_new_act_clears_what_was_said_and_the_same_is_said_once(context, live):
    page = context.new_page()
    page.goto(f"{live.url}/_ui")
    toasts = page.locator("#toasts .toast")
    for _ in range(2):
        with page.expect_response("**/nowhere"):
            page.evaluate("htmx.ajax('GET', '/nowhere', { target: '#toast-sink', swap: 'innerHTML' })")
    expect(toasts).to_have_count(1)
    page.evaluate("document.getElementById('toasts').firstElementChild.dataset.old = ''")
    with page.expect_response("**/nowhere"):
        page.evaluate("htmx.ajax('GET', '/nowhere', { target: '#toast-sink', swap: 'innerHTML' })")
    expect(page.locator("#toasts [data-old]")).to_have_count(0)
    expect(toasts).to_have_count(1)
    page.get_by_role("button", name="Good news").click()
    expect(toasts).to_contain_text("restarting")
    expect(toasts).to_have_count(1)


def test_without_a_connection_a_bar_says_so_until_it_is_back(page):
    page.goto("/_ui")
    page.evaluate("htmx.trigger(document.body, 'htmx:sendError')")
    expect(page.locator("#offline")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#offline")).to_be_hidden()


def test_the_staff_desk_has_keys(page):
    page.goto("/_ui?face=staff")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("/?g")
    expect(page.locator("[data-search]")).to_have_value("/?g")
    page.locator("[data-search]").blur()
    page.keyboard.type("?")
    expect(page.locator("#keys")).to_be_visible()


def test_menus_close_by_key_and_by_looking_elsewhere(page):
    page.goto("/_ui")
    menu = page.locator("summary", has_text="Row menu")
    menu.click()
    expect(page.locator("[data-menu][open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[data-menu][open]")).to_have_count(0)
    expect(menu).to_be_focused()
    menu.click()
    page.locator("#h").click()
    expect(page.locator("[data-menu][open]")).to_have_count(0)


def test_on_a_phone_the_menu_opens_without_script(browser, live, monkeypatch):
    monkeypatch.setitem(navigation.menus, "site", [navigation.Entry("Components", "gallery.show")])
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{live.url}/_ui?face=site")
        expect(page.locator("#nav")).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        expect(page.locator("#nav")).to_be_visible()


def test_a_menu_of_nothing_has_no_button(page, monkeypatch):
    monkeypatch.setitem(navigation.menus, "site", [])
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/_ui?face=site")
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
