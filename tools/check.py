"""Everything that can be known without running Hostler: lint, format, types, floors, templates. All at once."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "types": ["mypy"],
    "lint": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--quiet"],
    "floors": ["lint-imports", "--no-logo"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
}


def main() -> None:
    began = time.monotonic()
    running = {name: _start(command) for name, command in CHECKS.items()}
    failed = [name for name, process in running.items() if not _passed(name, process)]
    print(
        f"Checked in {time.monotonic() - began:.1f} s.", "Not right: " + ", ".join(failed) if failed else "All is well."
    )
    sys.exit(1 if failed else 0)


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def _passed(name: str, process: subprocess.Popen[str]) -> bool:
    said, _ = process.communicate()
    if process.returncode != 0:
        print(f"--- {name}: {' '.join(CHECKS[name])}\n{said.strip()}\n", flush=True)
    return process.returncode == 0


if __name__ == "__main__":
    main()
