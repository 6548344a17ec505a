"""Gather every text in code and templates, and bring translations/*/LC_MESSAGES/messages.po up to date with them.

Further languages are begun by naming them: `python -m tools.translations nl de`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYBABEL = str(Path(sys.executable).parent / "pybabel")
WORDS = ["-k", "_l", "-k", "lazy_gettext", "-k", "lazy_ngettext:1,2"]
QUIET = ["--no-location", "--sort-output"]  # so that a change touches only the texts it changed


def main() -> None:
    translations = ROOT / "translations"
    with tempfile.NamedTemporaryFile(suffix=".pot") as catalogue:
        gather(catalogue.name)
        languages = sys.argv[1:] or sorted(path.name for path in translations.iterdir() if path.is_dir())
        for language in languages:
            places = ["-i", catalogue.name, "-d", str(translations), "-l", language]
            _pybabel("update", *places, "--init-missing", "--no-fuzzy-matching", "--ignore-pot-creation-date")
            _pybabel("compile", "--statistics", "-d", str(translations), "-l", language)


def gather(into: str) -> None:
    _pybabel("--quiet", "extract", "-F", "pyproject.toml", *WORDS, *QUIET, "--project=Hostler", "-o", into, ".")


def _pybabel(*arguments: str) -> None:
    subprocess.run([PYBABEL, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
