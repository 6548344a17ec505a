"""Where the lines and bars of a chart go. Pure arithmetic; templates/ui/chart.html draws what comes out.

Widths are per cent of the plot, heights are pixels, so that a chart fits any screen and its text keeps its size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

Number = int | float


@dataclass(frozen=True)
class Series:
    name: str
    values: Sequence[Number | None]  # None: nothing measured, or still to come


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str
    label: str = ""


@dataclass(frozen=True)
class Tick:
    y: float
    label: str


@dataclass(frozen=True)
class Mark:
    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    height: int
    names: list[str]
    bars: list[Bar]
    ticks: list[Tick]
    marks: list[Mark]
    rows: list[tuple[str, list[str]]]
    limit: Tick | None = None


@dataclass(frozen=True)
class Line:
    width: int
    height: int
    line: str
    area: str


def written(value: Number | None) -> str:
    """A figure as short as it can be without lying: 12, 1.5, –."""
    return "–" if value is None else f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")


def steps(top: Number, most: int = 4) -> list[float]:
    """Round figures from nothing up to `top`, at most `most` above the ground: 0, 60, 120 for 150."""
    if top <= 0:
        return [0.0]
    rough = top / most
    magnitude = 10.0 ** floor(log10(rough))
    step = next(nice * magnitude for nice in (1, 2, 2.5, 5, 10) if nice * magnitude >= rough * 0.999)
    return [count * step for count in range(int(top / step * 1.0001) + 1)]


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    limit: tuple[Number, str] | None = None,
    height: int = 166,
    marks: int = 5,
    unit: str = "",
) -> Chart:
    """One bar a label; several series stand on one another. `limit` draws a line across, with its words."""
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("every series needs one value a label")
    totals = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    top = max([*totals, limit[0] if limit else 0, 0]) or 1
    headroom = 18 if limit else 6

    def up(value: Number) -> float:
        return round(height - value / top * (height - headroom), 1)

    slot = 100 / max(len(labels), 1)
    width = round(slot * 0.82, 3)
    drawn: list[Bar] = []
    for at, label in enumerate(labels):
        x = round(at * slot, 3)
        if all(one.values[at] is None for one in series):
            drawn.append(Bar(x, height - 4, width, 4, "rest"))
            continue
        below: Number = 0
        for tone, one in enumerate(series):
            value = one.values[at] or 0
            if value:
                said = f"{label}: {written(value)} {unit} {one.name}".replace("  ", " ").strip()
                drawn.append(
                    Bar(x, up(below + value), width, round(up(below) - up(below + value), 1), f"t{tone}", said)
                )
            below += value
    return Chart(
        height=height,
        names=[one.name for one in series],
        bars=drawn,
        ticks=[Tick(up(step), written(step)) for step in steps(top)],
        marks=_marks(labels, slot, marks),
        rows=[(label, [written(one.values[at]) for one in series]) for at, label in enumerate(labels)],
        limit=Tick(up(limit[0]), limit[1]) if limit else None,
    )


def _marks(labels: Sequence[str], slot: float, most: int) -> list[Mark]:
    """So few labels below the bars that they never touch, even on a phone."""
    every = max(1, -(-len(labels) // most))
    chosen = range(0, len(labels), every)
    return [Mark(round(at * slot, 3), labels[at]) for at in chosen]


def spark(values: Sequence[Number], width: int = 100, height: int = 26) -> Line:
    """A line without axes, and the ground below it. Its scale begins at nothing, so that it does not exaggerate."""
    if not values:
        return Line(width, height, "", "")
    held = [*values, *values] if len(values) == 1 else list(values)
    top = max(*held, 0) or 1
    step = width / (len(held) - 1)
    points = [f"{at * step:.1f} {height - 2 - max(value, 0) / top * (height - 4):.1f}" for at, value in enumerate(held)]
    line = "M" + " L".join(points)
    return Line(width, height, line, f"{line} L{width} {height} L0 {height}Z")
