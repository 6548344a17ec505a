"""Facts that rooms announce, and what other rooms do when they hear of one.

A fact is a small frozen dataclass of public ids and plain values. A reaction names the fact it waits for by its
name, so that a lower room can react to a higher one without importing it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from app.kernel.outbox import write

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

AnyFact = TypeVar("AnyFact", bound=type)


@dataclass(frozen=True)
class Reaction:
    name: str  # stored with each event it was applied to: never rename one that has run
    fact: str
    apply: Callable[[Any], None]


catalogue: dict[str, type] = {}
reactions: dict[str, dict[str, Reaction]] = {}


def event(fact: AnyFact) -> AnyFact:
    catalogue[fact.__name__] = fact
    return fact


def reaction(fact: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    def register(apply: Callable[[Any], None]) -> Callable[[Any], None]:
        room = apply.__module__.removeprefix("app.").removesuffix(".reactions")
        name = f"{room}.{apply.__name__}"
        reactions.setdefault(fact, {})[name] = Reaction(name, fact, apply)
        return apply

    return register


def announce(fact: "DataclassInstance") -> None:
    """Write the fact beside the change it tells of, in the same transaction."""
    name = type(fact).__name__
    if catalogue.get(name) is not type(fact):
        raise TypeError(f"{name} is not in the catalogue of events")
    write(name, asdict(fact))


def check_catalogue() -> None:
    unknown = set(reactions) - set(catalogue)
    if unknown:
        raise RuntimeError(f"reactions wait for facts that nobody announces: {', '.join(sorted(unknown))}")
