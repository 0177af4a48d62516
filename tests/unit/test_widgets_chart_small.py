"""Sparklines and histogram bars."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Histogram
from lftui.reports.sparkline import spark
from lftui.widgets.histogram_bars import histogram_lines


def test_a_trend_goes_from_zero_to_its_highest() -> None:
    assert spark([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█"
    assert spark([0, 1, 2, 3, 4, 5], 6, ascii_only=True) == "_.-=*#"


def test_the_newest_values_stand_at_the_right_and_a_gap_is_blank() -> None:
    assert spark([1, None, 1], 5) == "  █ █"
    assert spark([9, 1, 1], 2) == "██"


@given(st.lists(st.none() | st.floats(), max_size=40), st.integers(0, 30), st.booleans())
def test_any_trend_is_exactly_as_wide_as_asked(
    values: list[float | None], width: int, ascii: bool
) -> None:
    text = spark(values, width, ascii)
    assert len(text) == width
    assert not ascii or text.isascii()


def test_bars_have_ranges_in_milliseconds_and_shares() -> None:
    histogram = Histogram.of([15_000] * 75 + [35_000] * 25)
    lines = histogram_lines(histogram, 40, 2)
    assert lines[0].startswith("10–20 ms ██")
    assert lines[0].endswith("75.0 %")
    assert lines[1].startswith("20–50 ms ██")
    assert lines[1].endswith("25.0 %")


def test_more_lines_make_finer_ranges() -> None:
    histogram = Histogram.of(range(10_000, 90_000, 500))
    assert len(histogram_lines(histogram, 60, 3)) < len(histogram_lines(histogram, 60, 12)) <= 12


def test_an_outlier_does_not_swallow_the_ranges_of_the_others() -> None:
    histogram = Histogram.of([15_000] * 50 + [300_000] * 49 + [3_600_000_000])
    lines = histogram_lines(histogram, 60, 4)
    assert len(lines) == 4
    assert sum(line.endswith((" 50.0 %", " 49.0 %")) for line in lines) == 2


def test_without_response_times_it_says_so() -> None:
    assert histogram_lines(Histogram(), 60, 5) == ["no response times yet"]


@given(
    st.lists(st.integers(0, 4_000_000_000), max_size=50),
    st.integers(0, 90),
    st.integers(0, 20),
    st.booleans(),
)
def test_any_histogram_fits_and_its_shares_are_whole(
    times: list[int], width: int, height: int, ascii: bool
) -> None:
    lines = histogram_lines(Histogram.of(times), width, height, ascii)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    assert not ascii or all(line.isascii() for line in lines)
