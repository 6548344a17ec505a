import json

import pytest

from tests.bench import harness


@pytest.fixture(autouse=True)
def no_other_benches(monkeypatch):
    monkeypatch.setattr(harness, "BENCHES", {})


@pytest.mark.parametrize(
    ("figures", "goal", "higher", "ok"),
    [
        ((30.0, 10.0), 3.0, False, True),
        ((31.0, 10.0), 3.0, False, False),
        ((59.0, None), 60.0, False, True),
        ((61.0, None), 60.0, False, False),
        ((90.0, 100.0), 0.9, True, True),
        ((89.0, 100.0), 0.9, True, False),
    ],
)
def test_a_goal_is_for_the_ratio_or_without_a_floor_for_the_figure(figures, goal, higher, ok):
    harness.bench("one", unit="ms", goal=goal, higher_is_better=higher)(lambda: figures)
    assert harness.run(harness.BENCHES["one"]).ok is ok


def test_the_file_holds_exactly_the_agreed_names(tmp_path):
    harness.bench("page", unit="ms", goal=3.0)(lambda: (2.0, 1.0))
    harness.write([harness.run(harness.BENCHES["page"])], tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text()) == [
        {"name": "page", "figure": 2.0, "unit": "ms", "floor": 1.0, "ratio": 2.0, "goal": 3.0, "ok": True}
    ]


def test_both_sides_take_equally_many_turns():
    turns = {"ours": 0, "floor": 0}

    def turn(who):
        turns[who] += 1

    figure, floor = harness.interleaved(lambda: turn("ours"), lambda: turn("floor"), rounds=7, warm_up=3)
    assert turns == {"ours": 10, "floor": 10}
    assert figure > 0
    assert floor > 0


def test_the_table_names_what_was_missed():
    harness.bench("weight", unit="kB", goal=60)(lambda: (61.0, None))
    shown = harness.table([harness.run(harness.BENCHES["weight"])])
    assert "61 kB" in shown
    assert "≤ 60 kB" in shown
    assert shown.endswith("missed")
