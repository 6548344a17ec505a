"""What waits for a member of staff: figures on the staff home, each of which opens the rows behind it.

A room names its own; a figure that nobody acts on does not belong here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for


@dataclass(frozen=True)
class Duty:
    label: Any
    count: Callable[[], int]
    endpoint: str
    permission: str
    waiting: Any  # what to do about it, shown while there is some
    none: Any  # what it means that there is none
    values: dict[str, Any] = field(default_factory=dict)  # of the address
    kind: str = "warn"
    order: int = 50

    @property
    def url(self) -> str:
        return url_for(self.endpoint, **self.values)


duties: list[Duty] = []


def add(label: Any, count: Callable[[], int], endpoint: str, **options: Any) -> None:
    duty = Duty(label, count, endpoint, **options)
    if all(one.endpoint != endpoint or one.values != duty.values for one in duties):
        duties.append(duty)
        duties.sort(key=lambda one: one.order)


def waiting(may: Callable[[str], bool]) -> list[tuple[Duty, int]]:
    return [(duty, duty.count()) for duty in duties if may(duty.permission)]
