"""Every page that a person can open, in both colour schemes, both languages, and on the smallest telephone.

The list is the app's own: a new page is walked to as soon as it has a route.
"""

import pytest

from app.kernel.audience import audience_of
from tests.support.matrix_samples import furnish, values_for
from tests.support.people import assemble

# Who opens the pages of each audience.
WALKERS = {
    "visitor": {"public", "signed_link"},
    "owner": {"signed_in", "customer"},
    "staff owner": {"signed_in", "staff"},
}
TELEPHONE = {"width": 320, "height": 640}
ELSEWHERE = {"gallery"}  # tests/look walks through it, once for each face


def pages_for(cast, who, things):
    """Addresses of what is drawn for them, whole: no files, no exports, no answers for programs, nothing sent on."""
    client = cast[who]()
    client.linting = False  # tests/test_matrix.py reads them all
    for rule in sorted(cast.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        audience = audience_of(cast.app, rule.endpoint)
        if "GET" not in rule.methods or audience.kind not in WALKERS[who] or rule.endpoint.split(".")[0] in ELSEWHERE:
            continue
        with cast.app.test_request_context():
            address = rule.build(values_for(rule, things), append_unknown=False)[1]
        answer = client.get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield address


@pytest.fixture
def walk(page, live, enter):
    """`walk(who)`: one page after the other, as they open it."""

    def steps(who):
        with live.app.app_context():
            cast = assemble(live.app)
            addresses = list(pages_for(cast, who, furnish(cast)))
            if who != "visitor":
                enter(page, cast.staff["owner"] if who == "staff owner" else cast.owner)
        assert len(addresses) >= 10
        for address in addresses:
            page.goto(address)
            assert page.url == f"{live.url}{address}"
            yield page

    return steps


@pytest.mark.parametrize("who", WALKERS)
def test_every_page_is_for_everybody(page, walk, axe, who):
    found = []
    page.on("response", lambda answer: answer.status < 400 or found.append(f"{answer.status} {answer.url}"))
    for _ in walk(who):
        found += problems_of(page, axe)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", WALKERS)
def test_dutch_is_longer_and_has_room(page, walk, live, who):
    page.context.add_cookies([{"name": "locale", "value": "nl", "url": live.url}])
    page.set_viewport_size(TELEPHONE)
    found = [problem for _ in walk(who) for problem in too_wide(page)]
    assert not found, "\n".join(found)
    assert page.locator("html").get_attribute("lang") == "nl"


@pytest.mark.parametrize("address", ["/nowhere", "/staff"])
def test_pages_that_say_no_are_for_everybody(context, live, enter, axe, address):
    page = context.new_page()  # such an answer is an error in its console
    with live.app.app_context():
        enter(page, assemble(live.app).owner)
    assert page.goto(address).status in {403, 404}
    assert not list(problems_of(page, axe))


@pytest.mark.parametrize("address", ["/register", "/account"])
def test_refused_forms_are_for_everybody(page, live, enter, axe, address):
    if address == "/account":
        with live.app.app_context():
            enter(page, assemble(live.app).owner)
    page.goto(address)
    page.get_by_role("main").locator("form[id], form.form").get_by_role("button").last.click()
    page.locator("[data-summary]").wait_for()
    assert not list(problems_of(page, axe))


def test_who_acts_for_another_is_told_so_on_every_screen(page, live, enter, axe):
    with live.app.app_context():
        cast = assemble(live.app)
        enter(page, cast.staff["support"], impersonation=cast.impersonation.public_id)
    page.goto("/account")
    page.get_by_role("complementary", name="Acting as a customer").wait_for()
    assert not list(problems_of(page, axe))


def problems_of(page, axe):
    """All of them: who mends one page wants to know what is wrong with its neighbours."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        try:
            axe(page)
        except AssertionError as problem:
            yield f"{scheme}: {problem}"
    before = page.viewport_size
    page.set_viewport_size(TELEPHONE)
    yield from too_wide(page)
    page.set_viewport_size(before)


def too_wide(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > TELEPHONE["width"]:
        yield f"{page.url} is {width} wide"
