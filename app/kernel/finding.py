"""The search over everything: each room says how its own things are found, and the office asks them all.

@finding.finder(_l("Invoices"), permission="invoices.view")
def invoices(typed: str) -> list[Hit]: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

AT_ONCE = 8  # how many hits a finder gives: whoever needs more looks in the room's own list


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    text: str = ""
    state: tuple[str, str] | None = None  # (word, kind) of a badge
    exact: bool = False  # what was typed is this thing's id: no need to choose


Find = Callable[[str], list[Hit]]
AnyFind = TypeVar("AnyFind", bound=Find)


@dataclass(frozen=True)
class Finder:
    label: Any
    permission: str
    find: Find
    order: int


finders: list[Finder] = []


def finder(label: Any, *, permission: str, order: int = 50) -> Callable[[AnyFind], AnyFind]:
    def register(find: AnyFind) -> AnyFind:
        finders.append(Finder(label, permission, find, order))
        finders.sort(key=lambda one: one.order)
        return find

    return register


def search(typed: str, may: Callable[[str], bool]) -> list[tuple[Finder, list[Hit]]]:
    """The groups that found something, of those this person may see."""
    asked = ((one, one.find(typed)) for one in finders if may(one.permission))
    return [(one, hits) for one, hits in asked if hits]


def exact(groups: list[tuple[Finder, list[Hit]]]) -> Hit | None:
    """The one thing that can be meant."""
    certain = [hit for _finder, hits in groups for hit in hits if hit.exact]
    return certain[0] if len(certain) == 1 else None
