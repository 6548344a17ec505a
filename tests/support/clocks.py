"""`clock`: the app's clock in the hands of a test."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from app.kernel import clock as app_clock


class Clock:
    """Stands still from the first touch on. Other threads (a live server) keep the real time."""

    def __init__(self, stopped: ExitStack) -> None:
        self._stopped = stopped

    def now(self) -> datetime:
        return app_clock.now()

    def set(self, moment: datetime) -> datetime:
        self._stopped.close()
        return self._stopped.enter_context(app_clock.at(moment))

    def forward(self, **by: float) -> datetime:
        """`clock.forward(days=30)`, with timedelta's words."""
        return self.set(self.now() + timedelta(**by))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with ExitStack() as stopped:
        yield Clock(stopped)
