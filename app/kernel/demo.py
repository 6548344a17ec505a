"""The settings of the demo: secrets made once, and where it was last started. Production refuses them.

They are kept in the home, so that a `flask …` command in a second shell meets the same demo.
"""

import base64
import json
import os
import secrets
from pathlib import Path


def settings_of(home: Path) -> dict[str, str] | None:
    try:
        kept: dict[str, str] = json.loads(_file(home).read_text())
    except FileNotFoundError:
        return None
    return kept


def make_settings(home: Path, **places: str) -> dict[str, str]:
    """The kept secrets, or new ones, together with the ports of this start."""
    kept = settings_of(home) or {
        "HOSTLER_MODE": "demo",
        "HOSTLER_SECRET_KEY": f"demo-{secrets.token_urlsafe(32)}",
        "HOSTLER_VAULT_KEYS": f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }
    kept |= places
    write_private(_file(home), json.dumps(kept, indent=2))
    return kept


def write_private(path: Path, text: str) -> None:
    """Readable by us alone from its first byte, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _file(home: Path) -> Path:
    return home / "demo.json"
