"""Resolve requirements/*.in into exact, hashed *.txt, good for every Python and machine that we support."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLAGS = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-header", "--upgrade"]


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        # The resolver is only needed here, so it is no part of the lock.
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", scratch, "uv"], check=True)
        for name in ("base", "dev"):  # dev is bound to what base resolved to
            command = [f"{scratch}/bin/uv", "pip", "compile", "--quiet", *FLAGS, f"{name}.in", "-o", f"{name}.txt"]
            subprocess.run(command, cwd=ROOT / "requirements", check=True)
            print(f"requirements/{name}.txt is resolved anew.")


if __name__ == "__main__":
    main()
