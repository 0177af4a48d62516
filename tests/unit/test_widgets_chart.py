"""Whole charts as text."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from lftui.widgets.chart.axes import Axes
from lftui.widgets.chart.data import ChartData, Limit, Line, Marker
from lftui.widgets.chart.picture import draw
from lftui.widgets.chart.view import View


def points(
    values: list[float | None], first_s: float = 0.0
) -> list[tuple[float, float, float | None]]:
    return [(first_s + i, first_s + i + 1, value) for i, value in enumerate(values)]


def chart(values: list[float | None], **more: Any) -> ChartData:
    facts: dict[str, Any] = {
        "lines": [Line("p95", "p95", points(values), "ms")],
        "until_s": float(len(values)),
        "window_s": 60.0,
        "unit": "ms",
    }
    return ChartData("response time", **{**facts, **more})


def text(data: ChartData, width: int = 80, height: int = 12, **view: Any) -> list[str]:
    picture, _ = draw(data, View(width, height, **view))
    return ["".join(run for run, _ in row) for row in picture.rows]


def tones(data: ChartData, width: int = 80, height: int = 12, **view: Any) -> set[str]:
    picture, _ = draw(data, View(width, height, **view))
    return {tone for row in picture.rows for _, tone in row}


def test_a_chart_says_what_it_shows_with_unit_and_window_and_the_latest_value() -> None:
    rows = text(chart([100.0] * 30 + [210.0]))
    assert "response time, ms, last 1 min" in rows[0]
    assert "p95 210 ms" in rows[0]


def test_round_numbers_stand_at_the_left_and_moments_below() -> None:
    rows = text(chart([210.0] * 50))
    assert [row[:3].strip() for row in rows if row[3:4] == "┤"] == ["300", "200", "100", "0"]
    assert "0:30" in rows[-1]


def test_above_one_second_the_axis_is_in_seconds() -> None:
    rows = text(chart([2_400.0] * 30))
    assert "response time, s" in rows[0]
    assert "p95 2.40 s" in rows[0]
    assert rows[1].startswith("3┤")


def test_a_gap_is_left_blank() -> None:
    rows = text(chart([100.0] * 20 + [None] * 20 + [100.0] * 20), 66, 8, ascii=True)
    line = next(row for row in rows[1:-1] if row.count("*") > 10)
    blank = line[line.index("*") : line.rindex("*")].count(" ")
    assert 15 <= blank <= 22


def test_what_is_no_number_is_a_gap() -> None:
    assert text(chart([1.0, float("nan"), 2.0])) == text(chart([1.0, None, 2.0]))


def test_a_marker_is_a_vertical_with_its_sign_above() -> None:
    rows = text(chart([50.0] * 50, markers=[Marker(20.0, "N", "note: cache emptied")]))
    column = rows[1].index("N")
    assert sum(row[column] == "┊" for row in rows[2:-1]) >= 7


def test_of_too_many_markers_only_the_signs_are_left() -> None:
    many = [Marker(float(second), "S", "stage") for second in range(50)]
    assert not any("┊" in row for row in text(chart([50.0] * 50, markers=many)))


def test_a_threshold_is_a_horizontal_with_its_label() -> None:
    rows = text(chart([50.0] * 50, limits=[Limit(90.0, "p95 warning 90 ms")]))
    row = next(row for row in rows if "p95 warning 90 ms" in row)
    assert row.count("╌") > 20
    assert "╞" in row


def test_a_near_threshold_stretches_the_axis_and_a_far_one_is_named_at_the_border() -> None:
    near = text(chart([100.0] * 50, limits=[Limit(190.0, "p95 limit 190 ms")]))
    assert near[1].startswith("200╞╌ p95 limit 190 ms ╌")
    far = text(chart([100.0] * 50, limits=[Limit(2_000.0, "p95 limit 2 s")]))
    assert far[1].startswith("100↑")
    assert any("↑ p95 limit 2 s" in row for row in far)
    assert not any("╌" in row for row in far)


def test_the_cursor_reads_the_values_at_its_moment_and_what_happened_there() -> None:
    values = [float(second) for second in range(100, 150)]
    data = chart(values, markers=[Marker(20.3, "N", "note: cache emptied")])
    rows = text(data, 100, cursor_s=20.3)
    assert "at 0:20, note: cache emptied" in rows[0]
    assert "p95 120 ms" in rows[0]
    assert any("│" in row[10:] for row in rows[2:-1])


def test_users_have_an_axis_of_their_own_at_the_right() -> None:
    users = Line("users", "users", points([10.0] * 50), "users", "right", step=True)
    data = chart([200.0] * 50)
    rows = text(chart([], lines=[*data.lines, users], until_s=50.0))
    assert rows[1].endswith("├10 ")
    assert "users 10" in rows[0]


def test_a_hidden_series_is_not_drawn_and_says_that_it_is_off() -> None:
    rows = text(chart([100.0] * 50), 80, 12, ascii=True, hidden=frozenset({"p95"}))
    assert "p95 off" in rows[0]
    assert not any("*" in row for row in rows[1:])


def test_the_lines_are_named_at_their_ends() -> None:
    lines = [
        Line(name, name, points([value] * 60), "ms")
        for name, value in (("p50", 50.0), ("p95", 200.0))
    ]
    rows = text(chart([], lines=lines, until_s=60.0))
    assert any(row.rstrip().endswith("p50") for row in rows[1:])
    assert any(row.rstrip().endswith("p95") for row in rows[1:])


def test_a_name_never_runs_into_the_label_of_a_threshold() -> None:
    beside = 0
    for seconds in range(20, 60):
        lines = [
            Line(name, name, points([value] * seconds), "ms")
            for name, value in (("p50", 50.0), ("p95", 99.0))
        ]
        limits = [Limit(50.0, "250 ms")]
        data = chart([], lines=lines, until_s=float(seconds), limits=limits)
        rows = text(data, 44, 6)
        assert not any("p50250" in row for row in rows)
        beside += any("p50" in row and "250 ms" in row for row in rows[1:])
    assert beside


def test_without_color_the_lines_differ_by_their_dashes() -> None:
    def drawn(number: int) -> str:
        lines = [Line(f"l{i}", "", [], "ms") for i in range(number)]
        lines.append(Line("x", "", points([50.0] * 60), "ms"))
        rows = text(chart([], lines=lines, until_s=60.0), plain=True)[1:]
        return "".join(char for row in rows for char in row if "⠀" <= char <= "⣿")

    assert len({drawn(number) for number in range(3)}) == 3


def test_forty_columns_and_eight_rows_show_axis_lines_and_all_values() -> None:
    lines = [
        Line(name, name, points([value] * 60), "ms")
        for name, value in (("p50", 50.0), ("p95", 1_200.0), ("p99", 2_300.0))
    ]
    rows = text(chart([], lines=lines, until_s=60.0), 40, 8)
    assert "p50 50 ms" in rows[1]
    assert "p99 2.30 s" in rows[1]
    assert "0:30" in rows[-1]
    assert sum(any("⠀" <= char <= "⣿" for char in row) for row in rows) >= 3


FOUR = [
    Line("rps", "rps", points([182.4] * 60), "rps"),
    Line("goodput", "goodput", points([182.4] * 60), "/s", short="good"),
    Line("errors", "errors", points([182.4] * 60), "/s", short="err"),
    Line("users", "users", points([182.0] * 60), "users"),
]


def test_a_long_legend_gives_up_room_before_it_gives_up_values() -> None:
    for view in ({}, {"ascii": True}, {"plain": True}):
        legend = text(chart([], lines=FOUR, until_s=60.0), 44, 8, **view)[1]
        assert legend.count("182") == 4


def test_a_legend_without_room_leaves_values_out_and_never_cuts_one() -> None:
    for width in range(10, 44):
        legend = text(chart([], lines=FOUR, until_s=60.0), width, 8)[1]
        assert legend.count("182") == legend.count("1") >= 1


def test_a_chart_without_figures_says_so() -> None:
    rows = text(chart([None, None], empty="no figures yet: start the load"))
    assert any("no figures yet: start the load" in row for row in rows)


def test_a_second_later_few_cells_have_changed() -> None:
    values: list[Any] = random.Random(1).choices(range(100, 200), k=400)
    axes: Axes | None = None
    before: list[Any] = []
    changes = []
    for second in range(100, 160):
        data = chart(values[:second], window_s=60.0)
        picture, axes = draw(data, View(100, 15), axes)
        if before:
            changes.append(sum(a != b for a, b in zip(before, picture.rows, strict=True)))
        before = picture.rows
    changes.sort()
    assert changes[len(changes) // 2] <= 5


NUMBERS = st.none() | st.floats() | st.floats(0, 1e4)
TIMES = st.floats(0, 500) | st.floats()
NAMES = st.text(max_size=12) | st.sampled_from(["p50", "日本語", "e\u0301", "[/x]", "\x1b[31m"])
LINES = st.builds(
    Line,
    NAMES,
    st.sampled_from(["p50", ""]),
    st.lists(st.tuples(TIMES, TIMES, NUMBERS), max_size=12),
    st.sampled_from(["ms", "rps", "/s", "users", ""]),
    st.sampled_from(["left", "right"]),
    st.booleans(),
)
CHARTS = st.builds(
    ChartData,
    NAMES,
    st.lists(LINES, max_size=6),
    st.lists(st.builds(Marker, TIMES, NAMES, NAMES), max_size=6),
    st.lists(st.builds(Limit, st.floats(), NAMES), max_size=3),
    TIMES,
    st.none() | st.floats(),
    st.sampled_from(["ms", "rps", "users", ""]),
    NAMES,
    st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(
    CHARTS, CHARTS, st.integers(1, 130), st.integers(1, 24), st.booleans(), st.booleans(),
    st.none() | TIMES,
)  # fmt: skip
def test_any_data_of_any_size_fills_exactly_its_cells(
    first: ChartData, then: ChartData, width: int, height: int, ascii: bool, plain: bool,
    cursor_s: float | None,
) -> None:  # fmt: skip
    axes: Axes | None = None
    view = View(width, height, ascii, plain, bool(cursor_s), cursor_s)
    for data in (first, then):
        picture, axes = draw(data, view, axes)
        rows = ["".join(run for run, _ in row) for row in picture.rows]
        assert len(rows) == height
        assert [cell_len(row) for row in rows] == [width] * height
        assert all(row.isprintable() for row in rows)
        assert not ascii or all(row.isascii() for row in rows)
