"""What each face's menu holds. Rooms add their entries; layouts draw those the person may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import g, request, url_for

Face = Literal["site", "portal", "staff"]


@dataclass(frozen=True)
class Entry:
    label: Any
    endpoint: str
    permission: str | None = None
    group: Any = None
    key: str | None = None  # staff: `g` then this letter
    order: int = 50
    counted: Callable[[], int] | None = None
    covers: tuple[str, ...] = ()  # addresses elsewhere that belong to this entry too

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        here = request.path.rstrip("/")
        mine = self.url.rstrip("/")
        is_root = self.order == 0  # an overview is current on itself alone, not on everything below it
        below = any(f"{here}/".startswith(f"{place}/") for place in (mine, *self.covers))
        return here == mine or (not is_root and below)

    @property
    def count(self) -> int | None:
        return self.counted() or None if self.counted else None


menus: dict[Face, list[Entry]] = {"site": [], "portal": [], "staff": []}


def add(face: Face, label: Any, endpoint: str, **options: Any) -> None:
    entry = Entry(label, endpoint, **options)
    if entry not in menus[face]:
        menus[face].append(entry)
        menus[face].sort(key=lambda one: one.order)


def entries(face: Face) -> list[Entry]:
    may = g.get("may") or (lambda _permission: False)
    return [entry for entry in menus[face] if entry.permission is None or may(entry.permission)]
