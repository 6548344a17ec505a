"""Personal API tokens: making, showing once, revoking; and what opens to whoever shows one."""

import pytest

from app.kernel.db import db
from app.people import tokens
from app.people.models import ApiToken, AuditEntry, Membership
from tests.support import pages

MAKE = "#new-token form"


@pytest.fixture
def owner(cast):
    return cast["owner"]()


def make(client, where="/account/tokens", htmx=False, **fields):
    answer = client.submit(where, MAKE, htmx=htmx, **{"name": "Deploy", **fields})
    assert answer.status_code == 200, answer.text
    return pages.soup(answer).select_one("#token-secret")["value"]


def ask(cast, secret, where="/api/v1/me", **options):
    return cast.client().get(where, headers={"Authorization": f"Bearer {secret}"}, **options)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_token_is_shown_once_and_kept_as_a_hash(cast, owner, htmx):
    secret = make(owner, htmx=htmx)
    token = db.session.query(ApiToken).one()
    assert secret.startswith("hst_") and len(secret) >= 47
    assert secret not in str({name: getattr(token, name) for name in ApiToken.__table__.columns.keys()})  # noqa: SIM118
    assert token.hint == secret[-4:]
    page = owner.get("/account/tokens")
    assert secret not in page.text and "Deploy" in page.text
    with owner.session_transaction() as session:
        assert secret not in str(dict(session))


def test_the_answer_that_shows_it_is_not_stored_anywhere(owner):
    answer = owner.submit("/account/tokens", MAKE, name="Deploy")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.location is None


def test_making_and_revoking_is_told_and_written_down_without_the_secret(cast, owner):
    secret = make(owner)
    token = db.session.query(ApiToken).one()
    owner.post(f"/account/tokens/{token.public_id}/revocation")
    entries = db.session.query(AuditEntry).order_by(AuditEntry.number).all()
    assert [one.action for one in entries] == ["security.token_added", "security.token_removed"]
    assert {one.account_id for one in entries} == {cast.account.public_id}
    assert entries[0].after["abilities"] == ["account.view"]
    assert secret not in str([(one.before, one.after) for one in entries])


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "Deploy", "abilities": []}, "abilities"),
        ({"name": "Deploy", "abilities": ["tokens.manage"]}, "abilities"),
        ({"name": "Deploy", "lifetime": "forever and ever"}, "lifetime"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_its_place(owner, fields, wrong, htmx):
    answer = owner.submit("/account/tokens", MAKE, htmx=htmx, **fields)
    assert answer.status_code == 422
    assert pages.soup(answer).select_one(f"[data-summary] a[href='#{wrong}']")
    assert db.session.query(ApiToken).count() == 0


def test_a_page_loaded_again_makes_no_second_token(owner):
    make(owner)
    answer = owner.submit("/account/tokens", MAKE, name="deploy")
    assert answer.status_code == 422 and "of this name" in answer.text
    assert db.session.query(ApiToken).count() == 1


def test_abilities_are_at_most_one_s_own(cast):
    offered = {
        one["value"] for one in pages.soup(cast["technical"]().get("/account/tokens")).select("[name=abilities]")
    }
    assert "account.view" in offered
    assert not offered & {"account.edit", "people.manage", "tokens.manage", "people.leave"}


@pytest.mark.parametrize("who", ["read_only", "impersonator"])
def test_who_may_not_make_tokens_is_refused(cast, who):
    client = cast[who]()
    assert client.get("/account/tokens").status_code == 403
    assert client.post("/account/tokens", data={"name": "X", "abilities": "account.view"}).status_code == 403


def test_another_person_s_token_does_not_exist(cast, owner):
    make(owner)
    place = f"/account/tokens/{db.session.query(ApiToken).one().public_id}/revocation"
    for who in ("technical", "stranger"):
        assert cast[who]().post(place).status_code == 404
        assert "Deploy" not in cast[who]().get("/account/tokens").text
    assert db.session.query(ApiToken).one().revoked_at is None


# ---------------------------------------------------------------- showing one


def test_a_program_learns_who_it_is_and_gets_no_cookie(cast, owner):
    answer = ask(cast, make(owner))
    assert answer.status_code == 200
    assert answer.json["user"]["email"] == cast.owner.email
    assert answer.json["account"]["id"] == cast.account.public_id
    assert answer.json["token"]["name"] == "Deploy" and answer.json["role"] == "owner"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("end", ["revoked", "expired", "garbage", "empty", "disabled"])
def test_a_token_that_opens_nothing_is_refused_as_programs_understand(cast, owner, clock, end):
    secret = make(owner, lifetime="30")
    if end == "revoked":
        owner.post(f"/account/tokens/{db.session.query(ApiToken).one().public_id}/revocation")
    elif end == "expired":
        clock.forward(days=31)
    elif end == "disabled":
        cast.owner.disabled_at = clock.now()
    else:
        secret = {"garbage": "hst_nothing-of-ours", "empty": ""}[end]
    answer = ask(cast, secret)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["error"]["code"] == 401
    assert ask(cast, secret, "/portal").status_code == 401


def test_a_bad_token_is_not_helped_by_a_good_cookie(owner):
    answer = owner.get("/api/v1/me", headers={"Authorization": "Bearer hst_wrong"})
    assert answer.status_code == 401


def test_a_token_does_what_it_was_made_for_and_no_more(cast, owner):
    secret = make(owner, abilities=["people.view"])
    assert ask(cast, secret, "/account/people").status_code == 200
    assert ask(cast, secret).status_code == 403
    assert ask(cast, secret, "/account").status_code == 403


def test_a_token_is_nobody_s_own_hand(cast, owner):
    secret = make(owner, abilities=["account.view", "account.edit", "people.view"])
    token = db.session.query(ApiToken).one()
    token.abilities = [*token.abilities, "tokens.manage", "people.manage"]
    assert ask(cast, secret, "/account/tokens").status_code == 403
    assert ask(cast, secret, "/profile").status_code == 403


def test_a_token_shrinks_with_the_role_of_its_owner(cast):
    billing = cast["billing"]()
    secret = make(billing, abilities=["account.view", "account.edit"])
    row = db.session.query(Membership).filter_by(user_id=cast.team["billing"].id).one()
    cast["owner"]().post(f"/account/people/{row.public_id}/role", data={"role": "read_only"})
    assert ask(cast, secret).status_code == 200
    client = cast.client()
    answer = client.post("/account", headers={"Authorization": f"Bearer {secret}"}, data={}, csrf=False)
    assert answer.status_code == 403


def test_a_program_needs_no_form_token_but_a_browser_does(cast, owner):
    secret = make(owner, abilities=["account.view", "account.edit"])
    data = {
        "name": "By program",
        "billing-country": "NL",
        "billing-line1": "Dam 1",
        "billing-postal_code": "1012JS",
        "billing-city": "Amsterdam",
    }
    bearer = {"Authorization": f"Bearer {secret}"}
    assert cast.client().post("/account", headers=bearer, data=data, csrf=False).status_code == 303
    assert cast.account.name == "By program"
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.actor_name == "Team owner (token Deploy)"
    assert owner.post("/account", data=data, csrf=False).status_code == 419
    wrong = {"Authorization": "Bearer hst_wrong"}
    assert owner.post("/account", headers=wrong, data=data, csrf=False).status_code == 401
    # Where nobody looks at the token it exempts from nothing.
    assert owner.post("/sign-in", headers=wrong, data={}, csrf=False).status_code == 419


def test_use_is_noted_once_a_minute(cast, owner, clock):
    secret = make(owner)
    first = clock.set(clock.now())
    ask(cast, secret)
    clock.forward(seconds=30)
    ask(cast, secret)
    assert db.session.query(ApiToken).one().last_used_at == first
    clock.forward(seconds=31)
    ask(cast, secret)
    assert db.session.query(ApiToken).one().last_used_at == clock.now()


def test_lifetimes_are_what_they_say(cast, owner, clock):
    now = clock.set(clock.now())
    for days in ("30", "90", "365", "never"):
        make(owner, name=f"For {days}", lifetime=days)
    ends = {
        one.name: one.expires_at and (one.expires_at - now).days for one in tokens.tokens_of(cast.owner, cast.account)
    }
    assert ends == {"For 30": 30, "For 90": 90, "For 365": 365, "For never": None}


# ---------------------------------------------------------------- staff


def test_staff_make_tokens_for_staff_work(cast):
    support = cast["staff support"]()
    secret = make(support, "/staff/tokens", name="Report")
    assert ask(cast, secret, "/api/admin/me").json["user"]["email"] == cast.staff["support"].email
    assert ask(cast, secret).status_code == 403


def test_a_customer_s_token_opens_nothing_of_the_staff(cast, owner):
    assert ask(cast, make(owner), "/api/admin/me").status_code == 404
    assert owner.get("/staff/tokens").status_code == 404
