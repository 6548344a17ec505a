"""Points of charts: pure arithmetic, so it is tested by what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.charting import Series, bars, spark, steps, written

figures = st.floats(0, 1e9, allow_nan=False) | st.integers(0, 10**9)


def test_bars_of_two_series_stand_on_one_another():
    chart = bars(["1 Nov"], [Series("out", [60]), Series("in", [40])], height=100)
    below, above = chart.bars
    assert below.y + below.height == pytest.approx(100)
    assert above.y + above.height == pytest.approx(below.y)
    assert (below.tone, above.tone) == ("t0", "t1")


def test_a_day_to_come_is_a_stub_and_a_dash():
    chart = bars(["1 Nov", "2 Nov"], [Series("out", [5, None])])
    assert [bar.tone for bar in chart.bars] == ["t0", "rest"]
    assert chart.rows == [("1 Nov", ["5"]), ("2 Nov", ["–"])]


def test_nothing_measured_is_drawn_without_a_bar():
    assert bars(["1 Nov"], [Series("out", [0])]).bars == []


def test_a_chart_of_nothing_does_not_break():
    chart = bars([], [Series("out", [])])
    assert (chart.bars, chart.marks, chart.rows) == ([], [], [])


def test_a_limit_above_every_bar_stays_inside_the_picture():
    chart = bars(["1 Nov"], [Series("out", [10])], limit=(133, "quota"))
    assert chart.limit
    assert 0 < chart.limit.y < chart.bars[0].y


def test_a_bar_says_its_figure():
    chart = bars(["1 Nov"], [Series("out", [1234.5])], unit="GB")
    assert chart.bars[0].label == "1 Nov: 1,234.5 GB out"


def test_a_series_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one value a label"):
        bars(["1 Nov", "2 Nov"], [Series("out", [1])])


def test_labels_below_never_crowd():
    chart = bars([str(day) for day in range(1, 32)], [Series("out", [1] * 31)], marks=5)
    assert len(chart.marks) <= 5


@given(st.lists(figures, min_size=1, max_size=60))
def test_every_bar_lies_inside_the_picture(values):
    chart = bars([str(at) for at in range(len(values))], [Series("out", values)], height=166)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.001
        assert -0.1 <= bar.y <= bar.y + bar.height <= 166.2


@given(st.floats(1e-3, 1e12))
def test_the_scale_begins_at_nothing_and_ends_below_the_top(top):
    marks = steps(top)
    assert marks[0] == 0
    assert 2 <= len(marks) <= 5
    assert marks[-1] <= top * 1.001


@given(st.lists(figures, min_size=1, max_size=200))
def test_a_sparkline_stays_inside_its_box(values):
    line = spark(values, width=100, height=26)
    pairs = [point.split() for point in line.line.removeprefix("M").split(" L")]
    assert all(0 <= float(x) <= 100 and 0 <= float(y) <= 26 for x, y in pairs)
    assert line.area.startswith(line.line)


def test_a_sparkline_of_nothing_is_empty():
    assert spark([]).line == ""


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (12, "12"), (1.50, "1.5"), (40_000, "40,000"), (100, "100"), (0, "0")]
)
def test_figures_are_short(value, text):
    assert written(value) == text
