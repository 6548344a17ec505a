import pytest
from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.outbox import OutboxEvent
from app.people import links, passwords, resetting
from app.people.events import PasswordForgotten
from app.people.models import Account, AuditEntry, Membership, User
from tests.support.pages import soup, text
from tests.support.people import make_account, make_user, sign_in

FIELDS = {
    "name": "Ann Example",
    "company": "",
    "email": "Ann@Example.com",
    "password": "correct horse battery",
    "country": "NL",
    "terms": "y",
}


def register(client, **fields):
    return client.submit("/register", "#register", **(FIELDS | fields))


def facts(name):
    wanted = select(OutboxEvent).where(OutboxEvent.name == name).order_by(OutboxEvent.id)
    return [one.fact for one in db.session.scalars(wanted)]


def the_user(email="ann@example.com"):
    return db.session.scalars(select(User).where(User.email == email)).one()


def path(link):
    return link.removeprefix("http://localhost:8000")


def test_registering_makes_a_login_an_account_and_an_owner(client):
    answer = register(client, company="Example BV")
    assert answer.location == "/register/sent"
    assert "ann@example.com" in text(client.get("/register/sent")).lower()
    user = the_user()
    assert user.email_verified_at is None
    assert user.password_hash.startswith("$argon2id$")
    (membership,) = user.memberships
    assert (membership.role, membership.account.status) == ("owner", "pending")
    assert membership.account.name == "Example BV"
    assert membership.account.address("billing").country == "NL"
    assert facts("UserRegistered") == [{"user": user.public_id, "account": membership.account.public_id}]
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.actor_id) == ("user.registered", user.public_id)


def test_all_mistakes_are_told_at_once(client):
    answer = register(client, email="ann at example", password="short", name="", country="")
    page = soup(answer)
    assert answer.status_code == 422
    wrong = {"email", "password", "name", "country"}
    assert {one["id"] for one in page.select("[aria-invalid=true]")} == wrong
    assert {link["href"][1:] for link in page.select("[data-summary] a")} == wrong


def test_a_missing_address_is_no_fault_of_the_password(client):
    page = soup(register(client, email=""))
    assert [one["id"] for one in page.select("[aria-invalid=true]")] == ["email"]


def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(make_client):
    def story():
        client = make_client()
        answer = register(client)
        after = client.get("/register/sent")
        return (
            answer.status_code,
            answer.location,
            [name for name, _ in answer.headers],
            text(after),
            after.status_code,
            client.get("/portal").status_code,
        )

    new, known = story(), story()
    assert new == known
    assert db.session.scalar(select(func.count()).select_from(User)) == 1
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
    assert [one["user"] for one in facts("RegistrationRepeated")] == [the_user().public_id]
    assert len(facts("UserRegistered")) == 1


def test_known_and_unknown_take_the_same_hash(make_client, monkeypatch):
    made = []
    real = passwords.make_hash
    monkeypatch.setattr(passwords, "make_hash", lambda password: made.append(1) or real(password))
    register(make_client())
    register(make_client())
    assert len(made) == 2


def test_a_repeated_registration_changes_nothing_about_the_known_person(make_client):
    register(make_client())
    before = the_user().password_hash
    register(make_client(), name="Mallory", password="another password", email="ANN@example.com")
    assert (the_user().name, the_user().password_hash) == ("Ann Example", before)
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", ""),
        ("email", "a@b@c.example"),
        ("email", "x" * 250 + "@example.com"),
        ("password", "short"),
        ("password", "ann@example.com"),
        ("password", "x" * 256),
        ("country", ""),
        ("country", "XX"),
        ("country", "EU"),
        ("name", ""),
        ("name", " "),
        ("name", "x" * 300),
        ("company", "x" * 300),
        ("terms", None),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(client, field, value):
    answer = client.post("/register", data={k: v for k, v in (FIELDS | {field: value}).items() if v is not None})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(f"#{field}")["aria-invalid"] == "true"
    assert page.select_one("[data-summary]").select_one(f"a[href='#{field}']")
    assert page.select_one("#company")["value"] == (value if field == "company" else "")
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_both_shapes(client):
    answer = client.submit("/register", "#register", htmx=True, **(FIELDS | {"email": "x"}))
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<div id="register"')
    answer = client.submit("/register", "#register", htmx=True, **FIELDS)
    assert answer.headers["HX-Redirect"] == "/register/sent"


def test_many_registrations_from_one_place_are_slowed_down(make_client, clock):
    clock.forward()
    statuses = [register(make_client(), email=f"user{number}@example.com").status_code for number in range(12)]
    assert statuses == [303] * 11 + [429]


# ---------------------------------------------------------------- confirming the address


def test_the_link_confirms_once_and_opens_the_account(client):
    register(client)
    link = path(links.verification_link(the_user()))
    page = client.get(link)
    assert the_user().email_verified_at is None  # a mail scanner that follows the link proves nothing
    answer = client.submit(page, "#verify")
    assert answer.location == "/sign-in"
    door = client.get("/sign-in")
    assert "is confirmed" in soup(door).select_one(".bare-card .note").text
    assert soup(door).select_one("#email")["value"] == the_user().email
    assert soup(client.get("/sign-in")).select_one(".note") is None  # said once
    assert the_user().email_verified_at is not None
    assert the_user().memberships[0].account.status == "active"
    assert facts("EmailVerified") == [{"user": the_user().public_id}]
    for again in (client.get(link), client.post(link)):
        assert again.status_code == 410
        assert "confirmed already" in text(again)
        assert "Your address is confirmed" in text(again)
    assert len(facts("EmailVerified")) == 1


def test_a_link_dies_with_time_and_with_the_address(client, clock):
    clock.forward()
    register(client)
    link = path(links.verification_link(the_user()))
    clock.forward(days=3, seconds=1)
    assert client.post(link).status_code == 410
    fresh = path(links.verification_link(the_user()))
    the_user().email = "other@example.com"
    db.session.commit()
    assert client.post(fresh).status_code == 410
    assert the_user("other@example.com").email_verified_at is None


@pytest.mark.parametrize("door", ["/verify/", "/email/", "/reset/"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "." * 50, "%F0%9F%90%8E", "x" * 3000, "WyJ1c3JfeCJd.aaaa.bbbb"])
def test_a_broken_link_is_a_page_with_a_next_step(client, door, token):
    for answer in (client.get(door + token), client.post(door + token)):
        assert answer.status_code == 410
        assert soup(answer).select_one("main a[href='/sign-in']")
        assert bool(soup(answer).select_one("main a[href='/forgot']")) == (door == "/reset/")


def test_a_link_works_for_its_own_purpose_alone(client):
    register(client)
    verify, reset = links.verification_link(the_user()), links.reset_link(the_user())
    assert client.post("/reset/" + verify.rpartition("/")[2], data={"password": "x" * 12}).status_code == 410
    assert client.post("/verify/" + reset.rpartition("/")[2]).status_code == 410
    assert client.post("/email/" + reset.rpartition("/")[2]).status_code == 410


def test_before_the_address_is_confirmed_only_the_notice_is_open(client):
    register(client)
    client.submit("/sign-in", "#sign-in", email=FIELDS["email"], password=FIELDS["password"])
    assert client.get("/portal").location == "/verify"
    assert "ann@example.com" in text(client.get("/verify"))


def test_the_letter_can_be_sent_again_but_not_without_end(client, clock):
    clock.forward()
    register(client)
    client.submit("/sign-in", "#sign-in", email=FIELDS["email"], password=FIELDS["password"])
    statuses = [client.submit("/verify", "#verify-notice").status_code for _ in range(5)]
    assert statuses == [303, 303, 303, 303, 429]
    assert len(facts("EmailVerificationAsked")) == 4
    htmx = client.submit("/verify", "#verify-notice form", htmx=True)
    assert htmx.status_code == 429
    page = soup(htmx)
    assert "Too many tries. Wait" in page.select_one("#verify-notice [data-summary]").text
    assert not page.select(".toast") and int(htmx.headers["Retry-After"]) > 0


def test_the_notice_is_not_for_those_who_are_confirmed(client):
    user = make_user("Bob")
    make_account("Bob", owner=user)
    assert sign_in(client, user).get("/verify").location == "/portal"


# ---------------------------------------------------------------- a forgotten password


def forgot(client, email):
    return client.submit("/forgot", "#forgot", email=email)


def test_asking_for_a_reset_tells_nobody_who_is_known(make_client, work_off):
    register(make_client())
    known, unknown = make_client(), make_client()
    answers = [forgot(known, "ann@example.com"), forgot(unknown, "bob@example.com")]
    assert len({(one.status_code, one.location, tuple(name for name, _ in one.headers)) for one in answers}) == 1
    pages = [text(one.get("/forgot/sent")) for one in (known, unknown)]
    assert pages[0].replace("ann@", "") == pages[1].replace("bob@", "")
    assert len(facts("PasswordForgotten")) == 2
    assert facts("PasswordResetAsked") == []  # nobody is looked up while somebody waits for the answer


def test_who_forgot_is_looked_up_later(client):
    register(client)
    forgot(client, "Ann@Example.com")
    forgot(client, "bob@example.com")
    for fact in facts("PasswordForgotten"):
        resetting.answer(PasswordForgotten(**fact))
    assert [one["user"] for one in facts("PasswordResetAsked")] == [the_user().public_id]


def test_letters_are_not_sent_without_end(make_client, clock):
    clock.forward()
    for email in ("ann@example.com", "nobody@example.com"):
        statuses = [forgot(make_client(), email).status_code for _ in range(5)]
        assert statuses == [303, 303, 303, 303, 429]


def test_the_link_works_once_and_ends_every_session(make_client):
    register(make_client())
    elsewhere = make_client()
    elsewhere.submit("/sign-in", "#sign-in", email=FIELDS["email"], password=FIELDS["password"])
    assert elsewhere.get("/security").status_code == 200
    client = make_client()
    link = path(links.reset_link(the_user()))
    other = path(links.reset_link(the_user()))
    assert client.submit(link, "#reset", password="a new password").location == "/sign-in"
    assert elsewhere.get("/security").status_code == 303
    for dead in (link, other):
        assert client.get(dead).status_code == 410
        assert client.post(dead, data={"password": "yet another one"}).status_code == 410
    answer = client.submit("/sign-in", "#sign-in", email=FIELDS["email"], password="a new password")
    assert answer.status_code == 303
    assert the_user().email_verified_at is not None  # whoever used the link reads this mailbox
    assert [one["what"] for one in facts("SecurityChanged")] == ["password"]


def test_a_reset_keeps_the_link_when_the_new_password_is_refused(client):
    register(client)
    link = path(links.reset_link(the_user()))
    answer = client.submit(link, "#reset", password="short")
    assert answer.status_code == 422
    assert soup(answer).select_one("#password")["aria-invalid"] == "true"
    assert client.submit(link, "#reset", password="a new password").status_code == 303


def test_a_reset_link_lasts_an_hour(client, clock):
    clock.forward()
    register(client)
    link = path(links.reset_link(the_user()))
    clock.forward(hours=1, seconds=1)
    assert client.get(link).status_code == 410


# ---------------------------------------------------------------- another address


def test_a_new_address_counts_once_its_link_was_used(client):
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash("correct horse battery"))
    make_account("Ann", owner=user)
    sign_in(client, user)
    answer = client.submit("/security/email", "#email-change", email="New@Example.com")
    assert answer.status_code == 303
    assert the_user().email == "ann@example.com"
    assert [one["new_email"] for one in facts("EmailChangeAsked")] == ["new@example.com"]
    link = path(links.email_change_link(user, "new@example.com"))
    page = client.get(link)
    assert client.submit(page, "#confirm-email").status_code == 303
    assert [one["old_email"] for one in facts("EmailChanged")] == ["ann@example.com"]
    assert the_user("new@example.com").public_id == user.public_id
    assert client.post(link).status_code == 410
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.email_changed")).one()
    assert (entry.before, entry.after) == ({"email": "ann@example.com"}, {"email": "new@example.com"})


def test_a_changed_password_kills_a_pending_change_of_address(client):
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash("correct horse battery"))
    user.pending_email = "thief@example.com"
    link = path(links.email_change_link(user, "thief@example.com"))
    user.password_hash = passwords.make_hash("another horse battery")
    db.session.commit()
    assert client.post(link).status_code == 410
    assert the_user().email == "ann@example.com"


def test_a_change_that_waits_is_seen_sent_again_and_called_off(client):
    user = make_user("Ann", email="ann@example.com", password_hash=passwords.make_hash("correct horse battery"))
    make_account("Ann", owner=user)
    sign_in(client, user)
    assert not soup(client.get("/security")).select("#email-pending")
    client.submit("/security/email", "#email-change", email="new@example.com")
    link = path(links.email_change_link(user, "new@example.com"))
    assert "Waiting for new@example.com to confirm" in text(client.get("/security"))
    assert client.post("/security/email/again").status_code == 303
    assert [one["new_email"] for one in facts("EmailChangeAsked")] == ["new@example.com"] * 2
    assert client.get(link).status_code == 200
    client.submit("/security", "#email-pending form[action$=cancellation]")
    assert client.get(link).status_code == 410
    page = client.get("/security")
    assert not soup(page).select("#email-pending")
    assert client.post("/security/email/again").status_code == 303
    assert len(facts("EmailChangeAsked")) == 2


def test_asking_for_a_taken_address_looks_like_any_other(make_client):
    ann, bob = make_user("Ann", email="ann@example.com"), make_user("Bob", email="bob@example.com")
    for user in (ann, bob):
        make_account(user.name, owner=user)
    client = sign_in(make_client(), ann)
    taken = client.submit("/security/email", "#email-change", email="bob@example.com")
    free = client.submit("/security/email", "#email-change", email="free@example.com")
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    ann.pending_email = "bob@example.com"
    db.session.commit()
    answer = client.post(path(links.email_change_link(ann, "bob@example.com")))
    assert answer.status_code == 410
    assert the_user().public_id == ann.public_id
