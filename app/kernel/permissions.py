"""The catalogue of permissions. Rooms declare what they ask for; routes and roles may name nothing else."""

from dataclasses import dataclass
from typing import Any, Literal

Face = Literal["customer", "staff"]


@dataclass(frozen=True)
class Permission:
    face: Face
    name: str
    label: Any  # lazily translated
    own_hand: bool = False  # never on somebody's behalf: credentials, payments


catalogue: dict[tuple[Face, str], Permission] = {}


def customer(name: str, label: Any, *, own_hand: bool = False) -> None:
    catalogue["customer", name] = Permission("customer", name, label, own_hand)


def staff(name: str, label: Any) -> None:
    catalogue["staff", name] = Permission("staff", name, label)


def names(face: Face) -> list[str]:
    return [name for known, name in catalogue if known == face]
