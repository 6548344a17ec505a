"""Figures beside their floors: what something costs, and what the least thing that does the job costs, in one run.

A benchmark is a function that returns `(figure, floor)`, or `(figure, None)` where the goal is a plain limit:

    @bench("page", unit="ms", goal=3.0)
    def page() -> tuple[float, float]:
        return interleaved(ours, bare)
"""

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

Measure = Callable[[], tuple[float, float | None]]


@dataclass(frozen=True)
class Bench:
    name: str
    unit: str
    goal: float
    higher_is_better: bool
    measure: Measure


@dataclass(frozen=True)
class Result:
    name: str
    figure: float
    unit: str
    floor: float | None
    ratio: float | None
    goal: float
    ok: bool


BENCHES: dict[str, Bench] = {}


def bench(name: str, *, unit: str, goal: float, higher_is_better: bool = False) -> Callable[[Measure], Measure]:
    """`goal` is for the ratio of figure to floor; without a floor, for the figure itself."""

    def register(measure: Measure) -> Measure:
        assert name not in BENCHES, f"two benchmarks are called {name}"
        BENCHES[name] = Bench(name, unit, goal, higher_is_better, measure)
        return measure

    return register


def run(one: Bench) -> Result:
    figure, floor = one.measure()
    ratio = None if floor is None else figure / floor
    reached = figure if ratio is None else ratio
    ok = reached >= one.goal if one.higher_is_better else reached <= one.goal
    rounded = [None if number is None else round(number, 3) for number in (figure, floor, ratio)]
    return Result(one.name, rounded[0] or 0.0, one.unit, rounded[1], rounded[2], one.goal, ok)


def interleaved(
    ours: Callable[[], object], floor: Callable[[], object], *, rounds: int = 200, warm_up: int = 20
) -> tuple[float, float]:
    """Milliseconds of each, as medians over many turns taken one after the other.

    Taking turns lets whatever else the machine does fall on both alike; the median leaves out where it fell hard.
    """
    for _ in range(warm_up):
        ours()
        floor()
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            order = (0, 1) if turn % 2 else (1, 0)
            for which in order:
                times[which].append(_timed(floor if which else ours))
    finally:
        gc.enable()
    return statistics.median(times[0]), statistics.median(times[1])


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def table(results: list[Result]) -> str:
    heads = ("", "figure", "floor", "ratio", "goal", "")
    rows = [heads, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join("  ".join(_aligned(row, widths)).rstrip() for row in rows)


def _aligned(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    name, *numbers, verdict = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
    return [f"{name.strip():<{widths[0]}}", *numbers, verdict.strip()]


def _row(result: Result) -> tuple[str, ...]:
    one = BENCHES[result.name]
    sign = "≥" if one.higher_is_better else "≤"
    unit = f" {result.unit}" if result.ratio is None else "×"
    return (
        result.name,
        f"{result.figure:.4g} {result.unit}",
        "" if result.floor is None else f"{result.floor:.4g} {result.unit}",
        "" if result.ratio is None else f"{result.ratio:.2f}×",
        f"{sign} {result.goal:g}{unit}",
        "ok" if result.ok else "missed",
    )


def write(results: list[Result], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")
