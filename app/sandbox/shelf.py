"""What the sandbox received, a file each: the sandbox process writes, the app shows, and a restart loses nothing."""

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from app.kernel import clock

KEPT = 500
TIME = "%Y%m%dT%H%M%S%f"
NAME = re.compile(r"\A\d{8}T\d{12}-[0-9a-f]{8}\Z")


def time_of(name: str) -> datetime:
    return datetime.strptime(name.partition("-")[0], TIME).replace(tzinfo=UTC)


class Shelf:
    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.suffix = f".{kind}"

    def keep(self, content: bytes) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{clock.now().strftime(TIME)}-{secrets.token_hex(4)}"
        draft = self.folder / f".{name}"
        draft.write_bytes(content)
        draft.replace(self._path(name))  # whoever lists the folder never sees half a file
        for old in self._names()[KEPT:]:
            self._path(old).unlink(missing_ok=True)
        return name

    def newest(self) -> list[tuple[str, bytes]]:
        return [(name, content) for name in self._names() if (content := self.read(name)) is not None]

    def read(self, name: str) -> bytes | None:
        if not NAME.match(name):
            return None
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:  # cleared meanwhile
            return None

    def clear(self) -> None:
        for name in self._names():
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{self.suffix}"

    def _names(self) -> list[str]:
        """Newest first: a name begins with its time."""
        if not self.folder.is_dir():
            return []
        stems = (one.stem for one in self.folder.iterdir() if one.suffix == self.suffix)
        return sorted(filter(NAME.match, stems), reverse=True)
