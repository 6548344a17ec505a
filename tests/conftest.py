"""Where the fixtures live: see tests/support/, one file per kind."""

import os

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.servers",
    "tests.support.apps",
    "tests.support.clocks",
    "tests.support.people",
    "tests.support.letterbox",
    "tests.support.browsers",
]

# What the shell of whoever runs the tests says about Hostler is not about the tests.
for _name in [name for name in os.environ if name.startswith("HOSTLER_")]:
    del os.environ[_name]
for _name in ("DATABASE_URL", "REDIS_URL", "PORT", "SENTRY_DSN"):
    os.environ.pop(_name, None)


# No deadlines: a busy machine is no fault of the law that is tested.
settings.register_profile("usual", deadline=None, print_blob=True)
settings.register_profile("deep", deadline=None, print_blob=True, max_examples=5_000)
settings.load_profile("deep" if os.environ.get("DEEP") else "usual")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/real/" in item.nodeid:
            item.add_marker("real")


@pytest.fixture(scope="session")
def base_url(live_url: str) -> str:
    """What pytest-playwright adds to a path. Here, because only a conftest goes before a plugin's own."""
    return live_url
