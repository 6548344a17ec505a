"""What a person says about themselves."""

import pytest

from app.kernel.db import db
from app.people.models import AuditEntry, User
from tests.support import pages


@pytest.fixture
def owner(cast):
    return cast["owner"]()


def test_a_person_changes_name_and_language(cast, owner):
    answer = owner.submit("/profile", "#profile form", name="  Nora Example ", locale="nl")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert (cast.owner.name, cast.owner.locale) == ("Nora Example", "nl")
    assert owner.get("/profile").text.count('lang="nl"') >= 1
    entry = db.session.query(AuditEntry).filter_by(action="user.profile_changed").one()
    assert entry.before == {"name": "Team owner", "locale": "en"}
    assert entry.after == {"name": "Nora Example", "locale": "nl"}


def test_a_new_language_loads_the_whole_frame_anew(owner):
    answer = owner.submit("/profile", "#profile form", htmx=True, name="Nora", locale="nl")
    assert answer.headers["HX-Redirect"] == "/profile"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_profile_without_a_name_keeps_what_was_typed(cast, owner, htmx):
    answer = owner.submit("/profile", "#profile form", htmx=htmx, name="   ", locale="nl")
    page = pages.soup(answer)
    assert answer.status_code == 422
    assert page.select_one("#name[aria-invalid=true]") and page.select_one("[data-summary] a[href='#name']")
    assert page.select_one("#locale option[selected]")["value"] == "nl"
    assert bool(page.find("html")) is not htmx
    assert db.session.get(User, cast.owner.id).name == "Team owner"


def test_saving_nothing_new_writes_no_history(cast, owner):
    owner.submit("/profile", "#profile form")
    assert db.session.query(AuditEntry).count() == 0


def test_the_page_names_the_address_and_leads_to_where_it_changes(cast, owner):
    page = pages.soup(owner.get("/profile"))
    assert cast.owner.email in page.get_text()
    assert page.select("main a[href='/security']")


def test_staff_find_their_profile_in_the_back_office(cast):
    page = pages.soup(cast["staff support"]().get("/profile"))
    assert page.body["data-face"] == "staff"


def test_visitors_sign_in_first_and_impersonators_stay_out(cast):
    assert cast["visitor"]().get("/profile").location == "/sign-in?next=/profile"
    assert cast["impersonator"]().get("/profile").status_code == 403
