"""With script only a part of the page changes: what then stays, what is said, and where the focus goes."""

import re

import pytest
from playwright.sync_api import expect

from app.kernel import sessions
from app.kernel.db import db
from app.people import companies
from tests.support.people import make_account, make_staff, make_user

MARK = "id => { document.getElementById(id).marked = true }"
MARKED = "id => document.getElementById(id).marked === true"


@pytest.fixture
def ann(live):
    with live.app.app_context():
        user = make_user("Ann Example")
        make_account("Example BV", owner=user)
        db.session.commit()
        yield user


@pytest.fixture
def company(page, ann, enter):
    return open_company(page, ann, enter)


@pytest.fixture
def troubled_company(context, ann, enter):
    """The same, where a request may fail, which htmx also tells the console."""
    return open_company(context.new_page(), ann, enter)


def open_company(page, ann, enter):
    enter(page, ann)
    page.goto("/account")
    for part in ("main", "toasts", "company-details"):
        page.evaluate(MARK, part)
    return page


def fill_in(page):
    page.get_by_label(re.compile("^Company")).fill("Example Holding")
    page.get_by_label("Street and number").first.fill("Main Street 1")
    page.get_by_label("Postal code").first.fill("1012 AB")


def save(page):
    page.get_by_role("button", name="Save details").click()


def test_a_refused_form_is_replaced_alone_and_keeps_what_was_typed(company):
    fill_in(company)
    save(company)
    summary = company.locator("#company-details [data-summary]")
    expect(summary).to_be_focused()
    assert company.evaluate(MARKED, "main")
    assert not company.evaluate(MARKED, "company-details")
    expect(company.get_by_label(re.compile("^Company"))).to_have_value("Example Holding")
    expect(company.get_by_label("Street and number").first).to_have_value("Main Street 1")
    city = company.get_by_label("City").first
    expect(city).to_have_attribute("aria-invalid", "true")
    expect(city).to_have_accessible_description("Fill in the city.")
    summary.get_by_role("link", name="Fill in the city.").click()
    expect(city).to_be_focused()


def test_what_was_done_is_announced_and_the_page_is_new(company):
    fill_in(company)
    company.get_by_label("City").first.fill("Amsterdam")
    save(company)
    messages = company.get_by_role("region", name="Messages")
    expect(messages).to_contain_text("The company details are saved.")
    # a region that was there before is read aloud when something is put into it
    assert company.evaluate(MARKED, "toasts")
    expect(messages).to_have_attribute("aria-live", "polite")
    expect(company.locator("#h")).to_be_focused()
    assert not company.evaluate(MARKED, "main")
    expect(company.get_by_label("City").first).to_have_value("Amsterdam")


@pytest.mark.parametrize("how", ["a form", "a link"])
def test_who_was_signed_out_elsewhere_meets_the_whole_door(company, live, ann, how):
    with live.app.app_context():
        sessions.revoke_all(ann.public_id)
    if how == "a form":
        save(company)
    else:
        company.get_by_role("link", name="Overview").click()
    company.wait_for_url(re.compile(r"/sign-in\?next="))
    assert company.evaluate("document.body.dataset.face") == "bare"
    expect(company.get_by_role("heading")).to_have_text("Sign in")
    expect(company.get_by_text("Example BV")).to_have_count(0)


def test_a_colleague_who_was_signed_out_meets_no_door_within_a_dialog(page, live, enter):
    with live.app.app_context():
        account = make_account("Example BV", owner=make_user("Ann Example"))
        boss = make_staff("Bo Boss", "owner")
        db.session.commit()
        enter(page, boss)
        page.goto(f"/staff/customers/{account.public_id}")
        sessions.revoke_all(boss.public_id)
    page.get_by_role("link", name="Activate").click()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_breaks_on_our_side_is_said_with_its_number_and_loses_nothing(troubled_company, monkeypatch):
    page = troubled_company

    def broken(*_):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(companies, "change_details", broken)
    fill_in(page)
    page.get_by_label("City").first.fill("Amsterdam")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        save(page)
    assert sent.value.status == 500
    toast = page.get_by_role("alert").filter(has_text="Something broke on our side")
    expect(toast).to_contain_text(sent.value.headers["x-request-id"])
    assert re.fullmatch(r"req_\w+", sent.value.headers["x-request-id"])
    assert page.evaluate(MARKED, "company-details")
    expect(page.get_by_label("City").first).to_have_value("Amsterdam")

    monkeypatch.undo()
    save(page)
    expect(page.get_by_role("region", name="Messages")).to_contain_text("The company details are saved.")


def test_without_a_network_nothing_typed_is_lost(troubled_company):
    page = troubled_company
    fill_in(page)
    page.get_by_label("City").first.fill("Amsterdam")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("alert").filter(has_text="No connection")).to_be_visible()
    expect(page.get_by_label("City").first).to_have_value("Amsterdam")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    save(page)
    expect(page.get_by_role("region", name="Messages")).to_contain_text("The company details are saved.")


def test_back_and_forward_bring_whole_pages(company):
    company.get_by_role("link", name="Overview").click()
    company.wait_for_url("**/portal")
    expect(company.locator("#h")).to_be_focused()
    expect(company.get_by_role("link", name="Overview")).to_have_attribute("aria-current", "page")
    company.go_back()
    expect(company.get_by_role("heading", level=1)).to_have_text("Company")
    expect(company.get_by_role("link", name="Account", exact=True)).to_have_attribute("aria-current", "page")
    company.go_forward()
    expect(company.get_by_role("heading", level=1)).to_have_text("Hello Ann")
    expect(company.get_by_role("banner")).to_have_count(1)


def test_after_signing_out_the_way_back_shows_nothing(company):
    company.get_by_role("link", name="Overview").click()
    company.wait_for_url("**/portal")
    company.evaluate("localStorage.setItem('left', 'behind')")
    company.locator("summary", has_text="Example BV").click()
    with company.expect_response("**/sign-out") as gone:
        company.get_by_role("button", name="Sign out").click()
    assert gone.value.header_value("clear-site-data") == '"cache", "storage"'
    company.wait_for_url("**/sign-in")
    assert company.evaluate("localStorage.getItem('left')") is None
    assert company.evaluate("Object.values(sessionStorage)") == ["/sign-in"]  # where one stands, and no page
    for _ in range(2):
        company.go_back()
        expect(company.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(company.get_by_text("Ann Example")).to_have_count(0)
        expect(company.get_by_text("Example BV")).to_have_count(0)
