"""A real browser for tests/e2e: `page` is signed in nowhere, looks at `live`, and fails on errors in its console."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# A browser that calls home is slow where home cannot be reached; root may only run it without its sandbox.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    left_out = pytest.mark.skip(reason="no Chromium here: apt-get install chromium libatomic1")
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
            if CHROMIUM is None and os.environ.get("CI") != "true":
                item.add_marker(left_out)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    assert CHROMIUM, "Chromium is missing: apt-get install chromium"
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture
def page(live: object, page: Any) -> Iterator[Any]:
    """A page that looks at `live`; an exception in our scripts or a breach of the CSP fails the test."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on(
        "console",
        lambda message: (
            message.type == "error"
            and "Failed to load resource" not in message.text  # a 404 or 422 that the test asked for
            and problems.append(f"console: {message.text}")
        ),
    )
    page.set_default_timeout(10_000)
    yield page
    assert not problems, "\n".join(problems)


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """`axe(page)`: nothing serious or critical for people who use the page another way."""
    from axe_playwright_python.sync_playwright import Axe

    def run(page: Any) -> None:
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in {"serious", "critical"}]
        lines = [f"{one['id']}: {one['help']}\n    {node['html']}" for one in serious for node in one["nodes"][:3]]
        assert not lines, f"{page.url}\n  " + "\n  ".join(lines)

    return run
