import hashlib
import hmac

import bcrypt
import pytest
from argon2 import PasswordHasher

from app.kernel.refusal import Refusal
from app.people import legacy_hashes, passwords
from app.people.models import User

PASSWORD = "pa&ss <word> ünï"


def bcrypted(password, version):
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode().replace("$2b$", version)


# ruff: noqa: S324  # these hashes are the point
OLD = {
    "bcrypt of PHP": bcrypted(PASSWORD, "$2y$"),
    "bcrypt": bcrypted(PASSWORD, "$2b$"),
    "salted md5": hashlib.md5(b"abcde" + PASSWORD.encode()).hexdigest() + ":abcde",
    "salted md5 in capitals": hashlib.md5(b"a:b" + PASSWORD.encode()).hexdigest().upper() + ":a:b",
    "md5": hashlib.md5(PASSWORD.encode()).hexdigest(),
    "keyed sha256": hmac.new(b"secret", PASSWORD.encode(), hashlib.sha256).hexdigest() + ":secret",
    "md5 of what was escaped": hashlib.md5(b"x" + "pa&amp;ss &lt;word&gt; ünï".encode()).hexdigest() + ":x",
}


@pytest.mark.parametrize("stored", OLD.values(), ids=OLD)
def test_an_old_hash_is_accepted_once_and_replaced(stored):
    user = User(password_hash=stored)
    assert not passwords.verify(user, "something else")
    assert user.password_hash == stored
    assert passwords.verify(user, PASSWORD)
    assert user.password_hash.startswith("$argon2id$")
    assert passwords.verify(user, PASSWORD)
    assert not passwords.verify(user, stored)


def test_bcrypt_never_read_more_than_72_bytes_and_neither_do_we():
    user = User(password_hash=bcrypted("x" * 100, "$2y$"))
    assert passwords.verify(user, "x" * 100)


@pytest.mark.parametrize(
    "stored", ["", "!", "plain text", "$2y$10$short", "$2y$04$" + "a" * 53, "$argon2id$broken", "x:y"]
)
def test_a_hash_that_nothing_made_opens_nothing(stored):
    for password in ("", stored, PASSWORD):
        assert not passwords.verify(User(password_hash=stored), password)


def test_nobody_and_somebody_without_a_password_match_nothing():
    assert not passwords.verify(None, "nobody's")
    assert not passwords.verify(User(password_hash=None), "nobody's")


def test_a_weaker_hash_of_our_own_is_made_stronger():
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    user = User(password_hash=weak)
    assert passwords.verify(user, PASSWORD)
    assert user.password_hash != weak
    kept = user.password_hash
    assert passwords.verify(user, PASSWORD)
    assert user.password_hash == kept


def test_what_is_too_long_to_hash_is_wrong_without_being_hashed():
    user = User(password_hash=passwords.make_hash("x" * passwords.LONGEST))
    assert passwords.verify(user, "x" * passwords.LONGEST)
    assert not passwords.verify(user, "x" * 1_000_000)
    assert not passwords.verify(None, "x" * 1_000_000)


def test_a_bcrypt_hash_is_recognised_by_its_form():
    assert legacy_hashes.is_bcrypt("$2y$10$" + "a" * 53)
    assert not legacy_hashes.is_bcrypt("$2y$10$" + "a" * 53 + "\n")


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 256, "aaaaaaaaaaaa", "Password123", "ann@example.com", "my ANN@example.com!", "qwertyuiop"],
)
def test_a_new_password_is_refused_beside_its_field(password):
    with pytest.raises(Refusal) as refused:
        passwords.check_new(password, "ann@example.com")
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["correct horse battery", "ÄÖÜäöüßéè-", "🐎🔋📎🐎🔋📎🐎🔋📎🖇", "          x", "1" * 9 + "2"]
)
def test_any_signs_will_do(password):
    passwords.check_new(password, "ann@example.com")


def test_the_list_of_first_guesses_holds_nothing_that_is_refused_for_its_length_anyway():
    assert all(len(one) >= passwords.SHORTEST for one in passwords._common())
    assert all(one == one.casefold() for one in passwords._common())
