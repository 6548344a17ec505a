"""What pip cannot bring: libraries and programs of the operating system."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    what: str
    without: str  # what is left out while it is missing
    packages: list[str]
    present: Callable[[], bool]


def _has_libraries(*names: str) -> bool:
    try:
        for name in names:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_pango() -> bool:
    if sys.platform != "linux":
        return True  # under other names; WeasyPrint itself says what it lacks
    return _has_libraries("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")


def _has_browser() -> bool:
    """Chromium, and the one library that the program which drives it needs and its wheel lacks."""
    found = any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return found and (sys.platform != "linux" or _has_libraries("libatomic.so.1"))


PANGO = Part(
    what="Pango",
    without="PDFs cannot be made",
    packages=["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"],
    present=_has_pango,
)
CHROMIUM = Part(
    what="Chromium",
    without="tests/e2e is left out",
    packages=["chromium", "libatomic1", "fonts-dejavu-core"],
    present=_has_browser,
)


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def provide(part: Part, *, needed: bool) -> None:
    """Install the part if we may. If it is still missing, say so; where it is needed, stop."""
    if part.present():
        return
    print(f"Installing {part.what} …", flush=True)
    if install(part.packages) and part.present():
        return
    advice = (
        f"{part.what} is missing, so {part.without}. On Debian or Ubuntu: apt-get install {' '.join(part.packages)}"
    )
    if needed:
        sys.exit(advice)
    print(advice, flush=True)


def install(packages: list[str]) -> bool:
    """Through apt, where that is there and we are root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        print(done.stderr.strip(), file=sys.stderr)
    return done.returncode == 0
