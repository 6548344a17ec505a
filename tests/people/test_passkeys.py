import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.kernel.db import db, transaction
from app.kernel.outbox import OutboxEvent
from app.kernel.refusal import Refusal
from app.people import passkeys, passwords
from app.people.models import Passkey, User
from tests.people.authenticator import PRESENT, Authenticator
from tests.support.pages import soup, text
from tests.support.people import make_account, make_staff, make_user, sign_in

PASSWORD = "correct horse battery"
RP = passkeys.RelyingParty("localhost", "http://localhost", "Hostler")


@pytest.fixture
def ann(app):
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash(PASSWORD))
    make_account("Ann's shop", owner=user)
    db.session.commit()
    return user


@pytest.fixture
def key(make_client, ann):
    """A passkey of Ann's."""
    made = Authenticator()
    assert add(sign_in(make_client(), ann), made).status_code == 200
    return made


def options(client, path="/sign-in"):
    return soup(client.get(path)).select_one("form[data-passkey]")["data-options"]


def add(client, key, **fields):
    given = {"name": "My key", "credential": key.make(options(client, "/security/passkeys"))} | fields
    return client.post("/security/passkeys", data=given)


def come_in(client, credential):
    return client.post("/sign-in/passkey?next=/security", data={"credential": credential})


def changes():
    wanted = select(OutboxEvent).where(OutboxEvent.name == "SecurityChanged").order_by(OutboxEvent.id)
    return [one.fact["what"] for one in db.session.scalars(wanted)]


def test_a_passkey_is_added_and_recovery_codes_are_shown(client, ann):
    answer = add(sign_in(client, ann), Authenticator())
    assert len(soup(answer).select(".codes li")) == 10
    assert changes() == ["passkey_added", "recovery_codes"]
    assert "My key" in text(client.get("/security"))
    second = add(client, Authenticator(), name="Another")
    assert second.location == "/security"  # there are codes already


def test_a_passkey_alone_signs_in(client, ann, key):
    answer = come_in(client, key.sign(options(client)))
    assert answer.location == "/security"
    assert client.get("/security").status_code == 200
    assert db.session.scalars(select(Passkey)).one().last_used_at is not None


def test_the_sign_in_page_offers_keys_in_the_address_field(client, app):
    page = soup(client.get("/sign-in"))
    assert page.select_one("#email")["autocomplete"] == "username webauthn"
    assert page.select_one("form[data-waiting]")
    assert json.loads(options(client))["userVerification"] == "required"
    assert "allowCredentials" not in json.loads(options(client)) or not json.loads(options(client))["allowCredentials"]


def test_after_the_password_a_passkey_is_the_second_factor(client, ann, key):
    answer = client.submit("/sign-in?next=/security", "#sign-in", email="ann@example.com", password=PASSWORD)
    assert answer.location == "/sign-in/second-factor"
    asked = options(client, "/sign-in/second-factor")
    assert len(json.loads(asked)["allowCredentials"]) == 1
    assert come_in(client, key.sign(asked)).location == "/security"


def test_somebody_elses_passkey_is_no_second_factor(client, make_client, ann, key):
    bob = make_user("Bob", email="bob@example.com")
    make_account("Bob", owner=bob)
    bobs = Authenticator()
    add(sign_in(make_client(), bob), bobs)
    client.submit("/sign-in", "#sign-in", email="ann@example.com", password=PASSWORD)
    assert come_in(client, bobs.sign(options(client, "/sign-in/second-factor"))).status_code == 422
    assert client.get("/security").status_code == 303


def test_an_answer_is_good_once(client, make_client, ann, key):
    signed = key.sign(options(client))
    with client.session_transaction() as session:
        challenge = dict(session["challenge"])
    assert come_in(client, signed).status_code == 303
    again = make_client()
    again.get("/sign-in")
    with again.session_transaction() as session:
        session["challenge"] = challenge  # as if two requests had read it side by side
    assert come_in(again, signed).status_code == 422


def test_a_challenge_of_another_browser_or_an_old_one_is_refused(client, make_client, ann, key, clock):
    clock.forward()
    assert come_in(client, key.sign(options(make_client()))).status_code == 422
    signed = key.sign(options(client))
    clock.forward(hours=1, seconds=1)
    assert come_in(client, signed).status_code == 422


def test_a_page_that_is_open_twice_has_one_challenge(client, app):
    first, second = (json.loads(options(client))["challenge"] for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"handle": b"usr_x"},
    ],
)
def test_a_passkey_for_another_site_or_one_that_nobody_unlocked_opens_nothing(client, ann, key, wrong):
    for name, value in wrong.items():
        setattr(key, name, value)
    answer = come_in(client, key.sign(options(client)))
    assert answer.status_code == 422
    assert client.get("/security").status_code == 303


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}])
def test_and_is_not_added_either(client, ann, wrong):
    sign_in(client, ann)
    assert add(client, Authenticator(**wrong)).status_code == 422
    assert db.session.scalars(select(Passkey)).all() == []


def test_a_copied_key_gives_itself_away_by_counting(make_client, ann, key):
    for _ in range(2):
        client = make_client()
        assert come_in(client, key.sign(options(client))).status_code == 303
    key.count = 0
    client = make_client()
    assert come_in(client, key.sign(options(client))).status_code == 422


def test_a_key_belongs_to_one_person(client, make_client, ann, key):
    bob = make_user("Bob")
    make_account("Bob", owner=bob)
    answer = add(sign_in(client, bob), key)
    assert answer.status_code == 422
    assert "in use already" in text(answer)


def test_a_disabled_person_does_not_come_in_by_key(client, ann, key):
    person = db.session.get(User, ann.id)
    person.disabled_at = person.email_verified_at
    assert come_in(client, key.sign(options(client))).status_code == 422


def test_a_key_proves_a_person_again(client, ann, key, clock):
    sign_in(client, ann)
    clock.forward(minutes=11)
    page = client.get("/security/email", follow_redirects=True)
    asked = soup(page).select_one("form[data-passkey]")
    answer = client.post(asked["action"], data={"credential": key.sign(asked["data-options"])})
    assert answer.location == "/security/email"
    assert client.get("/security/email").status_code == 200


def test_keys_are_named_and_removed_by_their_owner_alone(client, make_client, ann, key):
    (one,) = db.session.scalars(select(Passkey))
    path = f"/security/passkeys/{one.public_id}"
    stranger = sign_in(make_client(), make_user("Stranger"))
    assert [stranger.post(path, data={"name": "x"}).status_code, stranger.get(path).status_code] == [404, 404]
    assert stranger.post(f"{path}/removal").status_code == 404

    sign_in(client, ann)
    assert client.submit(path, "#passkey", name="Laptop").location == "/security"
    assert "Laptop" in text(client.get("/security"))
    assert client.submit(path, "#passkey", name=" ").status_code == 422
    assert client.post(f"{path}/removal").location == "/security"
    assert db.session.scalars(select(Passkey)).all() == []
    assert changes()[-1] == "passkey_removed"


def test_staff_keep_their_last_key(client, app):
    staff = make_staff("Sam", "support", second_factor=False)
    add(sign_in(client, staff), Authenticator())
    (one,) = db.session.scalars(select(Passkey))
    client.post(f"/security/passkeys/{one.public_id}/removal")
    assert "always have a second factor" in client.get("/security").text
    assert db.session.scalars(select(Passkey)).all() != []


def test_guessing_keys_grows_slow(client, app, clock):
    clock.forward()
    statuses = [come_in(client, "{}").status_code for _ in range(32)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", "null", "1", '"x"', "[" * 15_000, "{" * 30_000, '{"rawId": 1}', '{"rawId": "x"}']
)
def test_garbage_is_refused(client, ann, answer):
    for path in ("/sign-in/passkey", "/prove/passkey"):
        if path.startswith("/prove"):
            sign_in(client, ann)
        client.get("/sign-in")
        assert client.post(path, data={"credential": answer}).status_code == 422
    client.get("/security/passkeys")
    assert client.post("/security/passkeys", data={"credential": answer, "name": "x"}).status_code == 422


TEXTS = st.one_of(st.none(), st.integers(), st.text(max_size=40), st.binary(max_size=60).map(lambda raw: raw.hex()))


@given(data=st.data())
def test_a_mutilated_answer_is_a_refusal_and_never_an_error(app, data):
    key = Authenticator()
    whole = json.loads(key.make(json.dumps({"user": {"id": "dXNy"}, "challenge": "YWJj"})))
    response = whole["response"]
    for name in data.draw(st.lists(st.sampled_from(sorted(response)), min_size=1)):
        kept = response[name] if isinstance(response[name], str) else ""
        cut = data.draw(st.integers(0, max(len(kept), 1)))
        response[name] = data.draw(st.one_of(TEXTS, st.just(kept[:cut]), st.just(kept[cut:])))
    with pytest.raises(Refusal), transaction():
        passkeys.add(User(email="x@example.com", name="x"), json.dumps(whole), RP, b"abc", "x")
    with pytest.raises(Refusal), transaction():
        passkeys.check(json.dumps(whole), RP, b"abc")
