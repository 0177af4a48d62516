"""The parts of the chart: ticks, scale, time axis, canvas."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.widgets.chart.canvas import Canvas, Ink, ink
from lftui.widgets.chart.layout import bands, columns
from lftui.widgets.chart.scale import Scale, fitted, rescaled
from lftui.widgets.chart.ticks import (
    length_text,
    number_label,
    round_span,
    round_step,
    time_label,
    time_step,
    value_text,
)
from lftui.widgets.chart.timeline import timeline


def test_steps_are_1_2_5_of_any_power_of_ten() -> None:
    assert [round_step(rough) for rough in (0.11, 1, 1.1, 3, 7, 120)] == [0.2, 1, 2, 5, 10, 200]


@given(st.floats(1e-6, 1e12))
def test_a_span_is_never_too_short_and_at_most_a_half_longer(seconds: float) -> None:
    assert seconds * 0.999 <= round_span(seconds) <= 1.5001 * seconds


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0, 50, "0"),
        (150, 50, "150"),
        (0.5, 0.5, "0.5"),
        (20_000, 5_000, "20k"),
        (3e6, 1e6, "3000k"),
    ],
)
def test_tick_labels_have_the_decimals_of_their_step(value: float, step: float, text: str) -> None:
    assert number_label(value, step) == text


@pytest.mark.parametrize(
    ("seconds", "step", "text"),
    [
        (0, 15, "0:00"),
        (60, 15, "1:00"),
        (3675, 15, "1:01:15"),
        (0, 60, "0"),
        (300, 60, "5m"),
        (3600, 600, "1h"),
        (5400, 600, "1h30"),
        (86_400 * 2, 86_400, "2d"),
    ],
)
def test_time_labels_are_clock_times_or_round_lengths(
    seconds: float, step: float, text: str
) -> None:
    assert time_label(seconds, step) == text


@given(st.floats(1e-3, 1e6), st.integers(1, 40))
def test_time_labels_are_far_enough_apart(cell_s: float, apart: int) -> None:
    assert time_step(cell_s, apart) >= cell_s * apart * 0.999


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.85, "ms", "0.85 ms"),
        (38.4, "ms", "38 ms"),
        (999.7, "ms", "1.00 s"),
        (1200, "ms", "1.20 s"),
        (182.43, "rps", "182 rps"),
        (18.43, "rps", "18.4 rps"),
        (0.42, "/s", "0.42/s"),
        (30, "users", "30 users"),
        (None, "ms", "—"),
    ],
)
def test_values_carry_their_unit_and_milliseconds_become_seconds(
    value: float | None, unit: str, text: str
) -> None:
    assert value_text(value, unit) == text


def test_lengths_of_time_are_in_words() -> None:
    assert [length_text(s) for s in (45, 60, 600, 5400)] == [
        "45 s",
        "1 min",
        "10 min",
        "1 h 30 min",
    ]


# --- scale ---------------------------------------------------------------------------------------


@given(st.floats(0, 1e14), st.integers(1, 8))
def test_an_axis_holds_its_values_with_few_round_ticks(highest: float, intervals: int) -> None:
    scale = fitted(highest, intervals)
    assert scale.top >= highest * 0.999999
    assert len(scale.ticks()) <= intervals + 2


def test_an_axis_grows_at_once_and_shrinks_only_when_most_of_it_is_empty() -> None:
    scale = fitted(149, 4)
    assert scale == Scale(150, 50)
    assert rescaled(scale, 151, 4).top == 200
    assert rescaled(scale, 75, 4) is scale  # alone it would be 80
    assert rescaled(scale, 60, 4).top == 60


def test_values_that_swing_around_a_border_do_not_make_the_axis_jump() -> None:
    scale, tops = None, []
    for highest in [99, 101] * 20:
        scale = rescaled(scale, highest, 4)
        tops.append(scale.top)
    assert len(set(tops)) <= 2
    assert len(set(tops[2:])) == 1


def test_counts_have_no_tick_between_two_of_them() -> None:
    assert fitted(2, 6, whole=True).step == 1


# --- time axis -----------------------------------------------------------------------------------


def test_the_window_jumps_by_several_cells_and_stands_still_between() -> None:
    firsts = [timeline(80, second, 60, 2).first for second in range(100, 160)]
    changes = sum(one != other for one, other in pairwise(firsts))
    assert 5 <= changes <= 20
    assert all(one <= other for one, other in pairwise(firsts))


@given(st.integers(2, 300), st.floats(0, 1e6), st.sampled_from([60.0, 600.0, 7.3]))
def test_the_whole_window_and_the_newest_moment_are_in_sight(
    cells: int, until: float, window: float
) -> None:
    axis = timeline(cells, until, window, 2)
    assert axis.end_s >= until * (1 - 1e-9)
    assert axis.begin_s <= max(0.0, until - window) + axis.cell_s + 1e-6


def test_the_axis_of_a_whole_run_grows_in_few_steps() -> None:
    spans = {timeline(80, second, None, 2).end_s for second in range(3600)}
    assert len(spans) < 20


def test_a_preview_ends_at_the_right_border() -> None:
    axis = timeline(50, 360, None, 2, fixed=True)
    assert axis.begin_s == 0
    assert axis.end_s == pytest.approx(360)


# --- canvas --------------------------------------------------------------------------------------


def drawn(canvas: Canvas) -> list[str]:
    canvas.settle()
    chars, width = canvas.chars, canvas.width
    return ["".join(chars[y * width : (y + 1) * width]) for y in range(canvas.height)]


def test_a_level_line_is_one_row_of_dots() -> None:
    canvas = Canvas(4, 1)
    canvas.line([(0, 0), (7, 0)], Ink("p50"))
    assert drawn(canvas) == ["⣀⣀⣀⣀"]


def test_a_rising_line_has_no_hole() -> None:
    canvas = Canvas(6, 6, ascii=True)
    canvas.line([(0, 0), (5, 5)], Ink("p50"))
    assert drawn(canvas) == ["     *", "    * ", "   *  ", "  *   ", " *    ", "*     "]
    steep = Canvas(2, 5, ascii=True)
    steep.line([(0, 0), (1, 4)], Ink("p50"))
    assert all("*" in row for row in drawn(steep))


def test_no_line_is_drawn_through_a_gap() -> None:
    canvas = Canvas(9, 1, ascii=True)
    canvas.line([(0, 0), (2, 0), None, (6, 0), (8, 0)], Ink("p50"))
    assert drawn(canvas) == ["***   ***"]


def test_a_later_line_takes_the_cells_it_crosses() -> None:
    canvas = Canvas(3, 1, ascii=True)
    canvas.line([(0, 0), (2, 0)], Ink("p50", "*"))
    canvas.line([(1, 0)], Ink("p95", "o"))
    assert drawn(canvas) == ["*o*"]
    assert canvas.tones == ["p50", "p95", "p50"]


def test_lines_from_and_to_far_outside_are_clipped() -> None:
    canvas = Canvas(4, 1, ascii=True)
    canvas.line([(-(10**12), 0), (10**12, 0)], Ink("p50"))
    assert drawn(canvas) == ["****"]


def test_dashes_stay_where_they_are_when_the_window_moves() -> None:
    one, other = Canvas(20, 1), Canvas(20, 1)
    one.line([(0, 0), (39, 0)], ink(1, "", dashed=True), first=100)
    other.line([(0, 0), (39, 0)], ink(1, "", dashed=True), first=102)
    assert drawn(one)[0][1:] == drawn(other)[0][:-1]


# --- layout --------------------------------------------------------------------------------------


@given(st.integers(1, 60), st.booleans())
def test_the_rows_add_up(height: int, one_header: bool) -> None:
    rows = bands(height, one_header)
    assert rows.top + rows.rows + (rows.base is not None) == height
    assert rows.rows >= 1


@given(st.integers(1, 300), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_the_columns_add_up(width: int, left: int, right: int, names: int, plain: bool) -> None:
    widths = columns(width, left, right, names, plain)
    assert widths.left + widths.cells + widths.gutter + widths.right == width
    assert widths.cells >= min(width, 12)
