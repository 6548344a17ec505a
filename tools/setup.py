"""Make everything that is not in the repository: packages, htmx, translations, system libraries.

Runs with any Python from 3.11 on, before anything is installed; costs a moment when there is nothing to do.
With --dev also what checks it; with --tests also what the tests need of the system.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tools import system

ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCKS = ROOT / "requirements"

VENDOR = ROOT / "static" / "vendor"
HTMX = "django_htmx/static/django_htmx/htmx-2.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever runs this may have an older one
        sys.exit(f"Hostler needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    tests = "--tests" in sys.argv[1:]
    dev = tests or "--dev" in sys.argv[1:]
    with (ROOT / "pyproject.toml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make`s at once: the second finds it done
        make_environment()
        install_packages("dev" if dev else "base")
        fetch_htmx()
        compile_translations()
        compile_modules()
        system.provide(system.PANGO, needed=system.in_ci() and tests)
        if tests:
            system.provide(system.CHROMIUM, needed=system.in_ci())


def make_environment() -> None:
    if PYTHON.exists() and not _differs():
        return
    # Not the interpreter of an environment we may be running in, but the one below it.
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, "-m", "venv", "--clear", str(VENV)]
    with _telling("Making .venv"):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0 and system.install(["python3-venv"]):
            made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        missing = "ensurepip" in made.stdout + made.stderr
        advice = "This Python lacks venv: apt-get install python3-venv" if missing else made.stderr.strip()
        sys.exit(f"The environment .venv could not be made. {advice}")


def install_packages(name: str) -> None:
    """`dev` holds `base` too, so either lock that is already in place serves who only needs `base`."""
    wanted = _digest(LOCKS / f"{name}.txt")
    installed = _installed()
    if installed.get(name) == wanted:
        return
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    command += ["--no-deps", "--requirement", str(LOCKS / f"{name}.txt")]
    with _telling("Installing the Python packages"):
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit("The Python packages could not be installed; pip says why above.")
    now = {"base": _digest(LOCKS / "base.txt"), name: wanted, "python": _python()}
    STAMP.write_text(json.dumps(now))


def fetch_htmx() -> None:
    target = VENDOR / "htmx.min.js"
    if target.exists() and _digest(target) == HTMX_SHA256:
        return
    with _telling("Fetching htmx"), tempfile.TemporaryDirectory() as scratch:
        command = [str(PYTHON), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--dest", scratch, "--requirement", str(LOCKS / "browser.txt")]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit("htmx could not be fetched; pip says why above.")
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            script = archive.read(HTMX)
    if hashlib.sha256(script).hexdigest() != HTMX_SHA256:
        sys.exit(f"The htmx that came is not the one expected (SHA-256 differs). Nothing was written to {VENDOR}.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    target.write_bytes(script)


def compile_translations() -> None:
    for source in (ROOT / "translations").glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [str(VENV / "bin" / "pybabel"), "--quiet", "compile", "-i", str(source), "-o", str(compiled)]
        subprocess.run([*command, "-l", source.parts[-3]], check=True)


def compile_modules() -> None:
    """As pip does for the packages: the start need not, even where Python is told to write no bytecode."""
    for folder in ("app", "jobs"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def _differs() -> bool:
    return _installed().get("python", _python()) != _python()


def _installed() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _python() -> str:
    """A moved folder or another Python needs another environment."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {VENV}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _telling:  # noqa: N801  # reads as a word in `with`
    def __init__(self, what: str) -> None:
        self.what = what
        self.since = time.monotonic()

    def __enter__(self) -> None:
        print(f"{self.what} …", flush=True)

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None and (took := time.monotonic() - self.since) > 1:
            print(f"  done in {took:.0f} s", flush=True)


if __name__ == "__main__":
    main()
