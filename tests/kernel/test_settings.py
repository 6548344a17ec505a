import base64

import pytest

from app.kernel.settings import Settings, SettingsError, load_settings

GOOD = {
    "DATABASE_URL": "postgresql://db.internal/hostler",
    "REDIS_URL": "redis://cache.internal/0",
    "HOSTLER_SECRET_KEY": "k" * 40,
    "HOSTLER_VAULT_KEYS": "a:" + base64.b64encode(b"0" * 32).decode(),
    "HOSTLER_URL": "https://shop.example",
}


@pytest.fixture
def environment(monkeypatch):
    import os

    for name in list(os.environ):
        if name.startswith("HOSTLER_") or name in {"DATABASE_URL", "REDIS_URL", "PORT", "SENTRY_DSN"}:
            monkeypatch.delenv(name)

    def set_to(**values: str | None) -> None:
        for name, value in (GOOD | values).items():
            if value is not None:
                monkeypatch.setenv(name, value)

    return set_to


def problems(environment, **values) -> dict[str, str]:
    environment(**values)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return refused.value.problems


def test_good_settings_start(environment):
    environment()
    settings = load_settings()
    assert settings.mode == "production"
    assert settings.database_url == "postgresql+psycopg://db.internal/hostler"
    assert settings.vault_keys == (("a", b"0" * 32),)
    assert settings.secure


def test_every_missing_value_is_named_at_once(environment):
    found = problems(environment, DATABASE_URL=None, HOSTLER_SECRET_KEY=None, HOSTLER_VAULT_KEYS=None)
    assert found == dict.fromkeys(("DATABASE_URL", "HOSTLER_SECRET_KEY", "HOSTLER_VAULT_KEYS"), "is missing")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "mysql://db/hostler", "must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://db:port/hostler", "must look like postgresql://"),
        ("REDIS_URL", "localhost:6379", "must begin with redis://"),
        ("REDIS_URL", "redis://cache/0?db=x", "must look like redis://"),
        ("PORT", "80000", "less than or equal to 65535"),
        ("HOSTLER_VAULT_KEYS", "a:short", "32 bytes"),
        ("HOSTLER_VAULT_KEYS", f"{GOOD['HOSTLER_VAULT_KEYS']},{GOOD['HOSTLER_VAULT_KEYS']}", "same name"),
        ("HOSTLER_TIMEZONE", "Europe/Nowhere", "time zone"),
        ("HOSTLER_STAFF_NETWORKS", "10.0.0.0/33", "not a valid"),
        ("HOSTLER_SMTP_URL", "mail.example", "must look like smtp://"),
        ("HOSTLER_SECRET_KEY", "short", "at least 32 characters"),
        ("HOSTLER_ACCESS_TEAM", "example", "go together"),
    ],
)
def test_a_bad_value_is_named_with_the_reason(environment, name, value, why):
    found = problems(environment, **{name: value})
    assert list(found) == [name]
    assert why in found[name]


def test_a_misspelt_setting_is_not_silently_ignored(environment):
    assert problems(environment, HOSTLER_SMPT_URL="smtp://x")["HOSTLER_SMPT_URL"].endswith(
        "did you mean HOSTLER_SMTP_URL?"
    )


@pytest.mark.parametrize(
    "demo",
    [
        {"HOSTLER_SANDBOX_PORT": "8001"},
        {"HOSTLER_SECRET_KEY": "demo-" + "k" * 40},
        {"HOSTLER_VAULT_KEYS": "demo:" + base64.b64encode(b"0" * 32).decode()},
    ],
)
def test_production_refuses_what_belongs_to_the_demo(environment, demo):
    assert "in production" in next(iter(problems(environment, **demo).values()))


def test_the_demo_is_for_this_machine_only(environment):
    found = problems(environment, HOSTLER_MODE="demo")
    assert "loopback" in found["HOSTLER_URL"]


def test_every_setting_is_frozen(environment):
    environment()
    with pytest.raises(ValueError, match="frozen"):
        load_settings().mode = "demo"  # type: ignore[misc]
    assert isinstance(load_settings(), Settings)
