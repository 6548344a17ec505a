import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.outbox import OutboxEvent
from app.kernel.sessions import revoke_all, sessions_of
from app.people import passwords
from app.people.models import AuditEntry, Totp, User
from tests.support.pages import soup, text
from tests.support.people import make_account, make_staff, make_user

PASSWORD = "correct horse battery"
HOME = "/security"  # a page that every signed-in person may open


@pytest.fixture
def ann(app):
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash(PASSWORD))
    make_account("Ann's shop", owner=user)
    return user


def try_in(client, email="ann@example.com", password=PASSWORD, **fields):
    return client.submit(f"/sign-in?next={HOME}", "#sign-in", email=email, password=password, **fields)


def actions():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def events(name):
    return [one.fact for one in db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == name))]


def token(client):
    return client.get_cookie("hostler").value


def test_a_person_signs_in_and_comes_where_they_wanted(client, ann):
    answer = try_in(client)
    assert answer.status_code == 303
    assert answer.location == HOME
    assert client.get(HOME).status_code == 200
    assert ann.last_signed_in_at is not None
    assert actions() == ["sign_in.succeeded"]


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_never_leads_off_the_site(client, ann, elsewhere):
    page = client.get("/sign-in", query_string={"next": elsewhere})
    answer = client.submit(page, "#sign-in", email="ann@example.com", password=PASSWORD)
    assert answer.location == "/portal"


def test_an_address_is_known_however_it_is_written(client, ann):
    assert try_in(client, email="  ANN@Example.COM ").status_code == 303


def test_unknown_wrong_and_disabled_look_the_same(make_client, ann):
    gone = make_user("Gone", email="gone@example.com", password_hash=passwords.make_hash(PASSWORD))
    gone.disabled_at = gone.email_verified_at
    tries = [("ann@example.com", "not this one"), ("nobody@example.com", PASSWORD), ("gone@example.com", PASSWORD)]
    answers = [try_in(make_client(), email, password) for email, password in tries]
    assert {one.status_code for one in answers} == {422}
    assert len({text(one) for one in answers}) == 1
    assert len({tuple(sorted(set(one.headers.keys()))) for one in answers}) == 1
    assert actions() == ["sign_in.failed"] * 3


def test_a_failure_takes_the_same_work_for_known_unknown_and_old_hashes(app, ann, monkeypatch):
    """Not a timed test: what costs time is counted."""
    done = []

    def count(holder, name):
        real = getattr(holder, name)
        monkeypatch.setattr(holder, name, lambda *given: done.append(name) or real(*given))

    count(passwords, "_argon2_matches")
    count(passwords.legacy_hashes, "bcrypt_matches")
    old = make_user("Old", password_hash="5f4dcc3b5aa765d61d8327deb882cf99:salt")
    older = make_user("Older", password_hash="$2y$04$" + "a" * 53)
    new = make_user("New", password_hash=None)
    for user in (ann, old, older, new, None):
        done.clear()
        assert not passwords.verify(user, "wrong password")
        assert sorted(done) == ["_argon2_matches", "bcrypt_matches"], user


def test_what_was_typed_is_kept_but_never_the_password(client, ann):
    page = soup(try_in(client, password="not this one"))
    assert page.select_one("#email")["value"] == "ann@example.com"
    assert not page.select_one("#password").get("value")
    assert page.select_one("[data-summary]")


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com"])
def test_guessing_grows_slow_whoever_it_is_about(client, ann, clock, email):
    clock.forward()
    for _ in range(6):
        assert try_in(client, email, "not this one").status_code == 422
    slow = try_in(client, email, PASSWORD)
    assert slow.status_code == 429
    assert slow.headers["Retry-After"] == "2"
    assert "Wait 2 seconds" in text(slow)
    clock.forward(seconds=3)
    assert try_in(client, email, "not this one").status_code == 422
    assert try_in(client, email, "not this one").headers["Retry-After"] == "4"


def test_who_has_to_wait_reads_it_where_they_typed(client, ann, clock):
    clock.forward()
    for _ in range(6):
        try_in(client, password="not this one", htmx=True)
    slow = try_in(client, htmx=True)
    page = soup(slow)
    summary = page.select_one("#sign-in [data-summary]").get_text()
    assert slow.status_code == 429 and slow.headers["Retry-After"] == "2"
    assert "Too many tries. Wait 2 seconds" in summary and "belong together" not in summary
    assert page.select_one("#email")["value"] == "ann@example.com" and not page.select(".toast")
    assert "{'code': '429'" in client.get("/sign-in").text.replace("&#34;", "'")


def test_a_guesser_elsewhere_does_not_keep_the_owner_out(client, make_client, ann, clock):
    clock.forward()
    assert try_in(client).status_code == 303
    guesser = make_client()
    for _ in range(7):
        answer = guesser.post(
            "/sign-in",
            data={"email": "ann@example.com", "password": "not this one"},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
    assert answer.status_code == 429
    assert try_in(make_client()).status_code == 303


def test_one_address_that_tries_many_people_is_slowed_down(make_client, app, clock):
    clock.forward()
    client = make_client()
    for number in range(31):
        client.post("/sign-in", data={"email": f"user{number}@example.com", "password": "guess guess"})
    answer = client.post("/sign-in", data={"email": "another@example.com", "password": "guess guess"})
    assert answer.status_code == 429


def test_a_failed_try_at_a_colleague_is_told_but_shows_nothing(make_client, ann):
    staff = make_staff("Sam", "support", email="sam@example.com", password_hash=passwords.make_hash(PASSWORD))
    theirs = try_in(make_client(), staff.email, "not this one")
    anns = try_in(make_client(), ann.email, "not this one")
    assert text(theirs) == text(anns)
    (fact,) = events("StaffSignInFailed")
    assert fact["email"] == "sam@example.com"
    assert fact["why"] == "password"


# ---------------------------------------------------------------- the session


def test_a_session_planted_before_is_worth_nothing_after(client, make_client, ann):
    client.get("/sign-in")
    planted = token(client)
    try_in(client)
    assert token(client) != planted
    thief = make_client()
    thief.set_cookie("hostler", planted)
    assert thief.get(HOME).status_code == 303


def test_whose_session_ended_reads_why_the_door_is_there(client, make_client, ann):
    try_in(client)
    revoke_all(ann.public_id)
    answer = client.get(HOME)
    page = client.get(answer.location)
    assert "You were signed out. Sign in to go on." in soup(page).select_one("#sign-in").get_text()
    assert "next=/security" in page.request.full_path
    assert "You were signed out" not in client.get("/sign-in").text
    stranger = make_client()
    assert "You were signed out" not in stranger.get(stranger.get(HOME).location).text


def test_nothing_planted_in_the_session_comes_along(client, ann):
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["account"] = "acc_planted"
        session["impersonation"] = "imp_planted"
    try_in(client)
    with client.session_transaction() as session:
        assert "account" not in session
        assert "impersonation" not in session
        assert session["ip"] == "127.0.0.1"


@pytest.mark.parametrize("cookie", ["x", "x" * 3000, "ünï", "../../etc", "null", '{"_user_id": "usr_1"}'])
def test_a_tampered_cookie_is_nobody(client, ann, cookie):
    client.set_cookie("hostler", cookie)
    assert client.get(HOME).status_code == 303


def test_stay_signed_in_outlives_the_browser(client, make_client, ann):
    long = try_in(client, remember="y").headers.getlist("Set-Cookie")
    short = try_in(make_client()).headers.getlist("Set-Cookie")
    assert any("Max-Age=2592000" in one for one in long)
    assert not any("Max-Age" in one for one in short)


def test_signing_out_ends_the_session_on_the_server(client, make_client, ann):
    try_in(client)
    kept = token(client)
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "You are signed out." in client.get(answer.location).text
    thief = make_client()
    thief.set_cookie("hostler", kept)
    assert thief.get(HOME).status_code == 303
    assert actions()[-1] == "sign_in.ended"


def test_signing_out_without_a_token_is_refused_and_on_record(client, ann):
    try_in(client)
    assert client.post("/sign-out", csrf=False).status_code == 419
    assert client.get(HOME).status_code == 200
    assert actions()[-1] == "csrf.refused"


def test_forged_forms_do_not_fill_the_log(client, app):
    for _ in range(40):
        assert client.post("/sign-in", csrf=False).status_code == 419
    assert 0 < actions().count("csrf.refused") < 30


def test_a_new_browser_from_a_new_network_is_told_the_first_one_is_not(make_client, ann):
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    newer = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"}
    edge = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"}
    for headers, new in [(firefox, 0), (newer, 0), (edge, 1), (edge, 1)]:
        answer = make_client().post("/sign-in", data={"email": ann.email, "password": PASSWORD}, headers=headers)
        assert answer.status_code == 303
        assert len(events("SignedInFromNewPlace")) == new


# ---------------------------------------------------------------- old hashes


def test_a_hash_of_the_old_system_opens_once_and_is_replaced(client, ann):
    import bcrypt

    for stored in (
        bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$"),
        bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
    ):
        user = db.session.scalars(select(User).where(User.id == ann.id)).one()
        user.password_hash = stored
        db.session.commit()
        client.delete_cookie("hostler")
        assert try_in(client).status_code == 303
        after = db.session.scalars(select(User.password_hash).where(User.id == ann.id)).one()
        assert after.startswith("$argon2id$")
        client.delete_cookie("hostler")
        assert try_in(client).status_code == 303


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("password", ["x" * 256, "x" * 100_000, "\x00", "\ud7ff" * 300, "' OR 1=1 --"])
def test_no_password_breaks_the_door(client, ann, password):
    assert try_in(client, password=password).status_code in {400, 422}


def test_both_shapes(client, ann):
    page = client.get("/sign-in")
    answer = client.submit(page, "#sign-in", htmx=True, email=ann.email, password="not this one")
    assert answer.status_code == 422
    assert "<html" not in answer.text
    answer = client.submit(page, "#sign-in", htmx=True, email=ann.email, password=PASSWORD)
    assert answer.headers["HX-Redirect"] == "/portal"


# ---------------------------------------------------------------- sessions


def test_others_are_signed_out_one_by_one_or_all_at_once(make_client, ann):
    here, there, third = (make_client() for _ in range(3))
    for client in (here, there, third):
        try_in(client)
    page = here.get(HOME)
    addresses = [form["action"] for form in soup(page).select("td form[action$='/end']")]
    assert len(addresses) == 2
    assert here.post(addresses[0]).status_code == 303
    assert sorted(one.get(HOME).status_code for one in (here, there, third)) == [200, 200, 303]
    assert here.post("/security/sessions/end").status_code == 303
    assert [one.get(HOME).status_code for one in (here, there, third)] == [200, 303, 303]


def test_nobody_ends_somebody_elses_session(client, make_client, app, ann):
    mallory = make_user("Mallory", email="mallory@example.com", password_hash=passwords.make_hash(PASSWORD))
    other = make_client()
    try_in(other)
    try_in(client, mallory.email)
    with app.test_request_context():
        (theirs,) = sessions_of(ann.public_id)
    assert client.post(f"/security/sessions/{theirs.handle}/end").status_code == 404
    assert other.get(HOME).status_code == 200


def test_half_way_is_not_in(client, ann, clock):
    clock.forward()
    ann.totp = Totp(secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", confirmed_at=clock.now())
    db.session.commit()
    answer = try_in(client)
    assert answer.location == "/sign-in/second-factor"
    assert client.get(HOME).status_code == 303
    assert client.get("/sign-in/second-factor").status_code == 200
    clock.forward(minutes=5, seconds=1)
    assert client.get("/sign-in/second-factor").location == "/sign-in"
