"""A series on an even grid: nothing is lost, nothing is invented."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.metrics import Figures, Histogram, Point, Series, pack
from lftui.reports.html.grid import GridRow, grid
from tests.unit.strategies import Play, plays

BEGAN = 5_000.3


def series_of(lengths: list[float], keep: int = 300, **point: int) -> Series:
    series, at_s = Series(keep=keep), BEGAN
    for number, length in enumerate(lengths):
        ok = pack(Histogram.of([1_000 * (number % 50 + 1)]).sparse())
        series.append(Point(at_s, at_s + length, count=2, failures=1, users=3, ok=ok, **point))
        at_s += length
    return series


def measured(rows: list[GridRow]) -> list[GridRow]:
    return [row for row in rows if row.requests]


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([1.0, 1.0, 1.0, 0.02, 0.4, 1.001, 17.5]), min_size=1, max_size=400),
    st.integers(2, 60),
    st.integers(5, 700),
)
def test_counts_add_up_and_moments_go_on(lengths: list[float], keep: int, most: int) -> None:
    rows = grid(series_of(lengths, keep), BEGAN, most)
    assert sum(row.requests for row in rows) == 2 * len(lengths)
    assert sum(row.failures for row in rows) == len(lengths)
    assert sum(row.covered_s for row in rows) == pytest.approx(sum(lengths))
    assert all(later.at_s > earlier.at_s for earlier, later in pairwise(rows))
    assert len(rows) <= most + 2
    # Points follow one another without a hole: there is no gap.
    assert all(row.rps is not None for row in rows)


@settings(max_examples=20)
@given(plays())
def test_any_run_has_its_counts_on_the_grid(play: Play) -> None:
    began = play.state.load_began_s or 0.0
    rows = grid(play.state.series, began)
    assert sum(row.requests for row in rows) == play.state.total.count
    assert sum(row.failures for row in rows) == play.state.total.failures


def test_nothing_measured_no_rows() -> None:
    assert grid(Series(), 0.0) == []


def test_percentiles_are_those_of_the_points_together() -> None:
    series = series_of([1.0] * 1_000)
    rows = grid(series, BEGAN, 10)
    figures = Figures()
    for n in range(1_000):
        figures.ok.record(1_000 * (n % 50 + 1))
    assert 8 <= len(rows) <= 12
    for row in rows[1:-1]:
        assert (row.p50_ms, row.p99_ms) == tuple(figures.percentiles_ms([0.5, 0.99]))
        assert row.rps == pytest.approx(2.0)


@pytest.mark.parametrize("hours", [1, 6])
def test_a_long_run_is_thinned_to_no_more_than_its_bins(hours: int) -> None:
    rows = grid(series_of([1.0] * (3_600 * hours)), BEGAN)
    assert 150 < len(rows) <= 602
    gaps = [later.at_s - earlier.at_s for earlier, later in pairwise(rows)]
    # Where points are as long as a bin some bins get none of their own: the line goes across.
    assert max(gaps) < 3 * min(gap for gap in gaps if gap > 1)
    assert all(row.rps == pytest.approx(2.0) for row in rows)


def test_a_hole_is_a_gap() -> None:
    series = series_of([1.0] * 5)
    later = BEGAN + 60
    series.append(Point(later, later + 1.0, count=4, users=1))
    rows = grid(series, BEGAN)
    (gap,) = [row for row in rows if row.rps is None]
    assert (gap.requests, gap.users, gap.p50_ms) == (0, None, None)
    assert 5 < gap.at_s < 60
    assert rows[-1].rps == pytest.approx(4.0)


def test_a_tick_cut_short_by_a_mark_makes_no_spike() -> None:
    rows = grid(series_of([1.0, 1.0, 0.01, 0.99, 1.0, 0.02]), BEGAN)
    assert sum(row.requests for row in rows) == 12
    assert max(row.rps or 0.0 for row in rows) < 5


def test_one_long_tick_of_a_blocked_generator_does_not_blur_the_rest() -> None:
    rows = grid(series_of([1.0] * 50 + [40.0] + [1.0] * 50), BEGAN)
    assert len(rows) > 95
    blocked = max(rows, key=lambda row: row.covered_s)
    assert (blocked.requests, blocked.rps) == (2, pytest.approx(2 / 40.0))


def test_seconds_without_a_request_have_no_response_time() -> None:
    play = Play()
    play.seconds(3)
    play.tick([])
    rows = grid(play.state.series, play.state.load_began_s or 0.0)
    assert [row.p95_ms for row in rows] == [20.0, 20.0, 20.0, None]
    assert [row.rps for row in rows] == [2.0, 2.0, 2.0, 0.0]
    assert not any(math.isnan(row.at_s) for row in measured(rows))
