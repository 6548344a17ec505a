import base64
from datetime import datetime

import pytest
from sqlalchemy import BigInteger, Identity, MetaData, Text, select, text, type_coerce
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel import vault
from app.kernel.db import db, transaction
from app.kernel.vault import Rotated, Secret, VaultError, decrypt, encrypt


class Base(DeclarativeBase):
    """Tables of this file alone: no other test, and no migration, ever sees them."""


class Safe(Base):
    __tablename__ = "safe"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    combination: Mapped[str] = mapped_column(Secret)
    spare: Mapped[str | None] = mapped_column(Secret)
    changed_at: Mapped[datetime | None]


STORED = type_coerce(Safe.combination, Text)
OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


@pytest.fixture
def ring(app, monkeypatch):
    """`ring(OLD, NEW)` sets the keys."""

    def turn(*keys, of=app):
        settings = of.config["SETTINGS"].model_copy(update={"vault_keys": keys})
        monkeypatch.setitem(of.config, "SETTINGS", settings)

    turn(OLD)
    Base.metadata.create_all(db.session.connection())
    return turn


def put(*combinations):
    with transaction() as session:
        safes = [Safe(combination=one) for one in combinations]
        session.add_all(safes)
        session.flush()
    return safes


def opened():
    db.session.expire_all()
    return list(db.session.scalars(select(Safe.combination).order_by(Safe.id)))


def stored():
    return list(db.session.scalars(select(STORED).order_by(Safe.id)))


def rotate(**options):
    return vault.rotate(tables=Base.metadata, **options)


def test_a_secret_is_text_in_python_and_cipher_in_the_table(ring):
    put("left 7, right 22 ✓", "")
    assert opened() == ["left 7, right 22 ✓", ""]
    [first, second] = stored()
    assert first.startswith("v1:old:")
    assert "right" not in base64.b64decode(first.split(":")[2]).decode(errors="replace")
    assert second.startswith("v1:old:")


def test_no_secret_is_no_secret(ring):
    put("x")
    assert db.session.scalar(select(Safe.spare)) is None
    assert db.session.scalar(select(Safe.id).where(Safe.spare.is_(None)))
    assert db.session.scalar(select(Safe.id).where(Safe.combination.is_not(None)))


def test_the_same_text_never_looks_the_same_twice(ring):
    put("x", "x")
    first, second = stored()
    assert first != second


def test_a_secret_opens_in_its_own_column_only(ring):
    put("x")
    db.session.execute(text("UPDATE safe SET spare = combination"))
    with pytest.raises(VaultError, match=r"safe\.spare does not open .* moved"):
        db.session.scalar(select(Safe.spare))


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_changed_secret_does_not_open(ring, place):
    version, name, encoded = encrypt("combination", "safe.combination").split(":")
    sealed = bytearray(base64.b64decode(encoded))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(VaultError, match="was changed"):
        decrypt(f"{version}:{name}:{base64.b64encode(sealed).decode()}", "safe.combination")


@pytest.mark.parametrize("stored", ["", "plain", "v1:", "v1::AAAA", "v2:old:AAAA", "\x00", ":::::"])
def test_what_the_vault_never_wrote_is_called_that(ring, stored):
    with pytest.raises(VaultError, match=r"safe\.combination holds something that the vault did not write"):
        decrypt(stored, "safe.combination")


@pytest.mark.parametrize("stored", ["v1:old:", "v1:old:A", "v1:old:✓", "v1:old:AAAA", "v1:old:AAAA:AAAA"])
def test_a_stump_does_not_open_and_says_where_it_lies(ring, stored):
    with pytest.raises(VaultError, match=r"safe\.combination does not open with the vault key 'old'"):
        decrypt(stored, "safe.combination")


def test_a_missing_key_is_called_by_its_name(ring):
    put("x")
    ring(NEW)
    with pytest.raises(VaultError, match="needs the vault key 'old', which is not in HOSTLER_VAULT_KEYS"):
        opened()


def test_another_key_under_the_same_name_does_not_open_it(ring):
    put("x")
    ring(("old", b"?" * 32))
    with pytest.raises(VaultError, match="does not open with the vault key 'old'"):
        opened()


@pytest.mark.parametrize("search", [lambda: Safe.combination == "x", lambda: Safe.combination.in_(["x"])])
def test_a_secret_cannot_be_searched(search):
    with pytest.raises(TypeError, match=r"safe\.combination is secret and cannot be searched"):
        search()


def test_a_mixin_gives_each_table_its_own_place():
    class Mixin:
        token: Mapped[str] = mapped_column(Secret)

    class Other(DeclarativeBase):
        metadata = MetaData()

    class One(Mixin, Other):
        __tablename__ = "one"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Two(Mixin, Other):
        __tablename__ = "two"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert (One.__table__.c.token.type.place, Two.__table__.c.token.type.place) == ("one.token", "two.token")


# Turning the key


def test_every_key_opens_and_the_first_encrypts(ring):
    put("a")
    ring(NEW, OLD)
    put("b")
    assert opened() == ["a", "b"]
    assert [one.split(":")[1] for one in stored()] == ["old", "new"]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_rotation_brings_everything_under_the_first_key(ring, batch):
    put("a", "b", "c", "d", "e")
    ring(NEW, OLD)
    put("f")
    assert rotate(batch=batch) == {"safe.combination": Rotated(done=5), "safe.spare": Rotated()}
    ring(NEW)
    assert opened() == ["a", "b", "c", "d", "e", "f"]


def test_a_second_rotation_finds_nothing_to_do(ring):
    put("a")
    ring(NEW, OLD)
    rotate()
    before = stored()
    assert rotate()["safe.combination"] == Rotated()
    assert stored() == before


def test_a_key_name_is_no_pattern(ring):
    """`_` and `%` mean something to LIKE: `new` must not pass for `ne_`."""
    ring(NEW)
    put("a")
    ring(("ne_", b"p" * 32), NEW)
    assert rotate()["safe.combination"].done == 1


def test_what_does_not_open_is_named_and_holds_up_nothing_else(ring):
    _first, lost, _last = put("a", "b", "c")
    db.session.execute(text("UPDATE safe SET combination = 'v1:gone:AAAA' WHERE id = :id"), {"id": lost.id})
    ring(NEW, OLD)
    outcome = rotate(batch=1)["safe.combination"]
    assert (outcome.done, outcome.busy) == (2, 0)
    assert outcome.unreadable == [
        f"row {lost.id}: safe.combination needs the vault key 'gone', which is not in HOSTLER_VAULT_KEYS."
    ]
    assert "2 re-encrypted" in str(outcome)
    assert "gone" in str(outcome)


def test_rotation_never_overwrites_what_the_app_writes_meanwhile(own_database, monkeypatch):
    """A row that another transaction holds is left alone, and its newer value stands."""
    app = own_database.app
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"vault_keys": (OLD,)}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        busy, _free = put("a", "b")
        monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"vault_keys": (NEW, OLD)}))
        with db.engine.begin() as writer:
            newer = encrypt("newer", "safe.combination")
            writer.execute(text("UPDATE safe SET combination = :to WHERE id = :id"), {"to": newer, "id": busy.id})
            assert rotate()["safe.combination"] == Rotated(done=1, busy=1)
        assert opened() == ["newer", "b"]
        assert rotate()["safe.combination"] == Rotated()


def test_each_batch_is_durable_by_itself(own_database, monkeypatch):
    app = own_database.app
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"vault_keys": (OLD,)}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        put("a", "b", "c")
        monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"vault_keys": (NEW, OLD)}))
        calls = []

        def die_on_the_third(clear, place):
            calls.append(clear)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return encrypt(clear, place)

        monkeypatch.setattr(vault, "encrypt", die_on_the_third)
        with pytest.raises(KeyboardInterrupt):
            rotate(batch=1)
        assert [one.split(":")[1] for one in stored()] == ["new", "new", "old"]
        db.session.rollback()
        monkeypatch.setattr(vault, "encrypt", encrypt)
        assert rotate()["safe.combination"].done == 1
        assert opened() == ["a", "b", "c"]
