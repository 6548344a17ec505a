from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel import clock
from app.kernel.refusal import Refusal
from app.kernel.signing import read, sign

DAY = timedelta(days=1)
MORNING = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
PAYLOADS = [{"user": "usr_anna", "email": "anna@example.test"}, "text", 7, ["a", None], {"naam": "Zoë ✓"}]

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_signed_can_be_read_again(payload):
    token = sign("verify-email", payload)
    assert read("verify-email", token, DAY) == payload
    assert token.isascii()
    assert not set(token) & set("/+=&?#% ")


def test_a_token_lives_as_long_as_its_reader_says():
    with clock.at(MORNING):
        token = sign("reset", "usr_anna")
    with clock.at(MORNING + DAY):
        assert read("reset", token, DAY) == "usr_anna"
    with clock.at(MORNING + DAY + timedelta(seconds=1)):
        assert refusal("reset", token).code == "link_expired"


def test_a_token_from_the_future_is_not_read():
    with clock.at(MORNING + DAY):
        token = sign("reset", "usr_anna")
    with clock.at(MORNING):
        assert refusal("reset", token).code == "link_expired"


def test_a_token_for_one_purpose_opens_nothing_else():
    assert refusal("reset", sign("verify-email", "usr_anna")).code == "link_invalid"


def test_a_token_of_another_house_opens_nothing(app, monkeypatch):
    token = sign("reset", "usr_anna")
    other = app.config["SETTINGS"].model_copy(update={"secret_key": "another house's key of enough letters"})
    monkeypatch.setitem(app.config, "SETTINGS", other)
    assert refusal("reset", token).code == "link_invalid"


def test_not_one_character_can_be_changed():
    token = sign("reset", {"user": "usr_anna"})
    for place, letter in enumerate(token):
        # The last letter of base64 carries spare bits, so two neighbours may mean the same signature.
        other = "A" if letter not in "ABCD" else "z"
        changed = token[:place] + other + token[place + 1 :]
        assert refusal("reset", changed).code == "link_invalid", place


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "\x00",
        "a\x00b.c.d",
        "x" * 100_000,
        "\ud800.a.b",
        "é✓.ü.ß",
        "....",
        "eyJ9.AAAA.AAAA",
        "-.-.-",
    ],
)
def test_garbage_is_refused_and_nothing_worse(token):
    assert refusal("reset", token).code == "link_invalid"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_is_refused_and_nothing_worse(token):
    with suppress(Refusal):
        pytest.fail(f"{token!r} was read as {read('reset', token, DAY)!r}")


def refusal(purpose, token):
    with pytest.raises(Refusal) as refused:
        read(purpose, token, DAY)
    return refused.value
