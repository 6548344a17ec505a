import threading

import pyotp
import pytest
from sqlalchemy import select

from app.kernel import acting
from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent
from app.people import passwords, second_factor
from app.people.models import AuditEntry, RecoveryCode, Totp, User
from tests.support.pages import soup, text
from tests.support.people import make_account, make_staff, make_user, sign_in

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment, secret=SECRET, off=0):
    return pyotp.TOTP(secret).at(moment.timestamp() + off * second_factor.STEP)


@pytest.fixture
def ann(app, clock):
    clock.forward()
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash(PASSWORD))
    user.totp = Totp(secret=SECRET, confirmed_at=clock.now())
    make_account("Ann's shop", owner=user)
    return user


def password_first(client):
    return client.submit("/sign-in?next=/security", "#sign-in", email="ann@example.com", password=PASSWORD)


def then_code(client, code):
    return client.submit("/sign-in/second-factor", "#second-factor", code=code)


def changes():
    wanted = select(OutboxEvent).where(OutboxEvent.name == "SecurityChanged").order_by(OutboxEvent.id)
    return [one.fact["what"] for one in db.session.scalars(wanted)]


def actions():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_password_then_code_and_then_where_they_wanted(client, ann, clock):
    password_first(client)
    answer = then_code(client, code_at(clock.now()))
    assert answer.location == "/security"
    assert client.get("/security").status_code == 200
    with client.session_transaction() as session:
        assert "half_in" not in session


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_telephone_may_be_half_a_minute_off(client, ann, clock, off):
    password_first(client)
    assert then_code(client, code_at(clock.now(), off=off)).status_code == 303


@pytest.mark.parametrize("off", [-2, 2, 10])
def test_but_not_more(client, ann, clock, off):
    password_first(client)
    answer = then_code(client, code_at(clock.now(), off=off))
    assert answer.status_code == 422
    assert soup(answer).select_one("#code")["aria-invalid"] == "true"


def test_a_code_with_a_space_in_it_is_the_same_code(client, ann, clock):
    password_first(client)
    code = code_at(clock.now())
    assert then_code(client, f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_replayed_code_is_refused_and_on_record(make_client, ann, clock):
    code = code_at(clock.now())
    for client, expected in ((make_client(), 303), (make_client(), 422)):
        password_first(client)
        assert then_code(client, code).status_code == expected
    assert "totp.replayed" in actions()
    older = make_client()
    password_first(older)
    assert then_code(older, code_at(clock.now(), off=-1)).status_code == 422


def test_of_two_who_send_the_same_code_at_once_one_comes_in(own_database):
    with own_database.app.app_context():
        user = make_user("Ann")
        user.totp = Totp(secret=SECRET, confirmed_at=user.email_verified_at)
        db.session.commit()
        user_id = user.id
    code, came_in, start = pyotp.TOTP(SECRET).now(), [], threading.Barrier(8)

    def come():
        with own_database.app.test_request_context():
            start.wait()
            with transaction():
                came_in.append(second_factor._spend_totp(db.session.get(User, user_id), code))

    threads = [threading.Thread(target=come) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(came_in) == [False] * 7 + [True]


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "٣٤٥٦٧٨", "x" * 500, "-00001"])
def test_nothing_else_is_a_code(client, ann, code):
    password_first(client)
    answer = client.post("/sign-in/second-factor", data={"code": code})
    assert answer.status_code == 422


def test_guessing_codes_grows_slow(client, ann, clock):
    password_first(client)
    statuses = [then_code(client, "000000").status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]
    assert then_code(client, code_at(clock.now())).status_code == 429


def test_without_the_password_there_is_no_second_step(client, ann, clock):
    assert client.get("/sign-in/second-factor").location == "/sign-in"
    answer = client.post("/sign-in/second-factor", data={"code": code_at(clock.now())})
    assert answer.location == "/sign-in"


# ---------------------------------------------------------------- recovery codes


def test_a_recovery_code_opens_once(make_client, ann):
    with transaction(), acting.as_actor(acting.Actor.system("test")):
        codes = second_factor.new_codes(ann)
    assert len(codes) == len(set(codes)) == 10
    stored = {one.code_hash for one in db.session.scalars(select(RecoveryCode))}
    assert not stored & set(codes)
    for typed, expected in ((codes[0].upper().replace("-", " "), 303), (codes[0], 422), (codes[1], 303)):
        client = make_client()
        password_first(client)
        assert then_code(client, typed).status_code == expected
    assert second_factor.codes_left(ann) == 8
    assert "That was a recovery code. 8 are left." in client.get("/security").text
    assert changes() == ["recovery_codes", "recovery_code_used", "recovery_code_used"]


def test_nobodys_code_opens_somebody_elses_account(client, ann):
    bob = make_user("Bob")
    with transaction():
        codes = second_factor.new_codes(bob)
    password_first(client)
    assert then_code(client, codes[0]).status_code == 422


def test_new_codes_end_the_old_ones(client, ann):
    sign_in(client, ann)
    first = [one.text for one in soup(client.post("/security/codes")).select(".codes li")]
    second = [one.text for one in soup(client.post("/security/codes")).select(".codes li")]
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    assert second_factor.codes_left(ann) == 10
    assert not any(code in client.get("/security").text for code in second)


# ---------------------------------------------------------------- setting it up


@pytest.fixture
def bob(app, client):
    user = make_user("Bob", password_hash=passwords.make_hash(PASSWORD))
    make_account("Bob's shop", owner=user)
    sign_in(client, user)
    return user


def test_an_app_is_set_up_with_a_picture_and_a_code(client, bob, clock):
    assert "Make your account safer" in text(client.get("/security"))
    assert client.submit("/security", "form[action='/security/totp']").location == "/security/totp"
    page = soup(client.get("/security/totp"))
    assert page.select_one("img")["src"].startswith("data:image/svg+xml")
    secret = page.select_one("#totp-secret")["value"].replace(" ", "")
    assert soup(client.get("/security/totp")).select_one("#totp-secret")["value"].replace(" ", "") == secret
    assert not bob.has_second_factor

    wrong = client.submit("/security/totp", "#totp form", code="000000")
    assert wrong.status_code == 422
    codes = client.submit("/security/totp", "#totp form", code=code_at(clock.forward(), secret))
    assert codes.status_code == 200
    assert len(soup(codes).select(".codes li")) == 10
    assert db.session.get(User, bob.id).has_second_factor
    assert changes() == ["totp_on", "recovery_codes"]
    assert client.get("/security/totp").location == "/security"  # the secret is never shown again


def test_the_code_that_confirmed_it_does_not_sign_in_as_well(client, make_client, bob, clock):
    now = clock.forward()
    client.post("/security/totp")
    code = code_at(now, db.session.get(User, bob.id).totp.secret)
    assert client.post("/security/totp/confirmation", data={"code": code}).status_code == 200
    other = make_client()
    other.submit("/sign-in", "#sign-in", email=bob.email, password=PASSWORD)
    assert then_code(other, code).status_code == 422


def test_the_first_factor_ends_the_sessions_that_never_showed_one(client, make_client, bob, clock):
    thief = sign_in(make_client(), bob)
    assert thief.get("/security").status_code == 200
    now = clock.forward()
    client.post("/security/totp")
    code = code_at(now, db.session.get(User, bob.id).totp.secret)
    assert client.post("/security/totp/confirmation", data={"code": code}).status_code == 200
    assert thief.get("/security").location.startswith("/sign-in")
    assert client.get("/security").status_code == 200


def test_pressing_the_button_twice_keeps_one_secret(client, bob):
    for _ in range(2):
        assert client.post("/security/totp").status_code == 303
    assert len(list(db.session.scalars(select(Totp)))) == 1


def test_taking_the_app_away_takes_the_codes_too(client, ann):
    sign_in(client, ann)
    client.post("/security/codes")
    assert client.post("/security/totp/removal").location == "/security"
    assert not db.session.get(User, ann.id).has_second_factor
    assert second_factor.codes_left(ann) == 0
    assert changes() == ["recovery_codes", "totp_off"]


def test_staff_keep_their_last_second_factor(client, clock):
    staff = make_staff("Sam", "support")
    sign_in(client, staff)
    assert client.post("/security/totp/removal").location == "/security"
    assert "always have a second factor" in client.get("/security").text
    assert db.session.get(User, staff.id).has_second_factor


def test_staff_without_one_see_that_they_need_one(client):
    staff = make_staff("Sam", "support", second_factor=False)
    assert "You need a second factor" in text(sign_in(client, staff).get("/security"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/security/totp"),
        ("GET", "/security/totp"),
        ("POST", "/security/totp/confirmation"),
        ("POST", "/security/totp/removal"),
        ("POST", "/security/codes"),
        ("GET", "/security/passkeys"),
        ("POST", "/security/passkeys"),
        ("POST", "/security/passkeys/pky_x/removal"),
        ("GET", "/security/email"),
        ("POST", "/security/email"),
    ],
)
def test_what_changes_proofs_asks_for_a_fresh_one(client, ann, clock, method, path):
    sign_in(client, ann)
    clock.forward(minutes=10, seconds=1)
    answer = client.open(path, method=method, headers={"Referer": "http://localhost/security"})
    assert answer.status_code == 303
    assert answer.location.startswith("/prove?next=/security")
    htmx = client.open(path, method=method, htmx="x")
    assert (htmx.status_code, htmx.text) == (401, "")
    assert htmx.headers["HX-Redirect"].startswith("/prove")


# ---------------------------------------------------------------- proving it again


def test_a_person_proves_themselves_again_by_password_or_code(client, ann, clock):
    sign_in(client, ann)
    for selector, fields in (("#prove form", {"password": PASSWORD}), ("#prove details form", None)):
        clock.forward(minutes=11)
        page = client.get("/security/email", follow_redirects=True)
        assert page.request.path == "/prove"
        answer = client.submit(page, selector, **(fields or {"code": code_at(clock.now())}))
        assert answer.location == "/security/email"
        assert client.get("/security/email").status_code == 200


def test_a_session_left_open_is_no_way_to_guess_the_password(client, ann, clock):
    sign_in(client, ann)
    statuses = [client.submit("/prove", "#prove form", password="guess guess").status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]
    statuses = [client.submit("/security/password", "form[action='/security/password']", current="guess").status_code]
    assert statuses in ([422], [429])
    assert actions().count("proof.failed") >= 6


def test_a_wrong_code_is_said_beside_its_field(client, ann):
    sign_in(client, ann)
    answer = client.submit("/prove", "#prove details form", code="000000")
    assert answer.status_code == 422
    assert soup(answer).select_one("#code")["aria-invalid"] == "true"
    assert soup(answer).select_one("details").has_attr("open")


def test_changing_the_password_ends_all_other_sessions(client, make_client, ann, clock):
    sign_in(client, ann)
    other = sign_in(make_client(), ann)
    answer = client.submit("/security/password", "#password-change", current=PASSWORD, password="another horse battery")
    assert answer.location == "/security"
    assert client.get("/security").status_code == 200
    assert other.get("/security").status_code == 303
    assert changes() == ["password"]
    answer = client.submit("/security/password", "#password-change", current=PASSWORD, password="and one more time")
    assert soup(answer).select_one("#current")["aria-invalid"] == "true"


def test_a_refused_new_password_keeps_the_old_one(client, ann):
    sign_in(client, ann)
    answer = client.submit("/security/password", "#password-change", htmx=False, current=PASSWORD, password="short")
    assert answer.status_code == 422
    assert passwords.verify(db.session.get(User, ann.id), PASSWORD)


def test_the_same_password_again_is_no_change(client, ann):
    sign_in(client, ann)
    answer = client.submit("/security/password", "#password-change", current=PASSWORD, password=PASSWORD)
    assert answer.status_code == 422
    assert "This is the password you have now" in text(answer)
    assert changes() == []
