"""`make screenshots`: start the demo, look at its pages as people do, and keep the pictures.

docs/portal.png is the README's; everything else goes to var/screenshots: light, dark, a telephone, without scripts.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
SHOTS = ROOT / "var" / "screenshots"
PICTURE = ROOT / "docs" / "portal.png"
WIDE: ViewportSize = {"width": 1240, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
SCALE = 2  # the README's picture is sharp on today's screens

VISITOR = ["/", "/sign-in", "/register", "/forgot", "/nowhere", "/demo", "/sandbox", "/sandbox/mail"]
GALLERY = ["/_ui"]
# who enters the demo -> which pages they look at
PAGES = {
    "customer": [
        "/portal",
        "/profile",
        "/account",
        "/account/people",
        "/account/tokens",
        "/account/notifications",
        "/security",
        "/notifications",
        "/accounts",
    ],
    "owner": [
        "/staff",
        "/staff/customers",
        "/staff/colleagues",
        "/staff/roles",
        "/staff/audit",
        "/staff/queues",
        "/staff/letters",
        "/staff/search?q=demo",
    ],
}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
    "plain": {"viewport": WIDE, "color_scheme": "light", "java_script_enabled": False},
}


def main() -> None:
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        shutil.rmtree(SHOTS, ignore_errors=True)
        for way, options in WAYS.items():
            _look(browser, address, way, options)
        PICTURE.parent.mkdir(exist_ok=True)
        page = browser.new_context(viewport=WIDE, color_scheme="light", device_scale_factor=SCALE).new_page()
        _enter(page, address, "customer")
        page.goto(f"{address}/account/people")
        page.screenshot(path=PICTURE)
    print(f"{PICTURE.relative_to(ROOT)} and {len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(ROOT)}")


def _look(browser: Browser, address: str, way: str, options: dict[str, Any]) -> None:
    for who, paths in ({"": VISITOR + GALLERY} | PAGES).items():
        context = browser.new_context(base_url=address, **options)
        page = context.new_page()
        if who:
            _enter(page, address, who)
        for path in paths:
            page.goto(address + path)
            name = path.strip("/").replace("/", "-").partition("?")[0] or "home"
            (SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{name}.{way}.png", full_page=True)
        context.close()


def _enter(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/demo")
    page.locator(f"form[action$='/{who}'] button").click()
    page.wait_for_load_state()


@contextmanager
def _demo() -> Iterator[str]:
    """A demo of its own beside any that runs, gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "HOSTLER_HOME": f"{home}/var"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout  # noqa: S101  # a pipe was asked for
            for line in process.stdout:
                if "Come in" in line:
                    break
            else:
                sys.exit("The demo did not start; `make run` shows why.")
            address = f"http://localhost:{port}"
            urllib.request.urlopen(f"{address}/healthz").close()  # noqa: S310  # our own address
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


if __name__ == "__main__":
    main()
