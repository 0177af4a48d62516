"""Figures add up; what is read from them is true of the requests behind them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Figures, Histogram

Request = tuple[int | None, int, bool]
REQUESTS = st.lists(
    st.tuples(st.none() | st.integers(0, 5_000_000_000), st.integers(0, 9999), st.booleans()),
    max_size=30,
)


def figures_of(requests: Sequence[Request]) -> Figures:
    figures = Figures()
    for us, size, failed in requests:
        figures.record(us, size, failed)
    return figures


def total(*parts: Figures) -> Figures:
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


FIGURES = REQUESTS.map(figures_of)


@given(FIGURES, FIGURES, FIGURES)
def test_adding_is_associative_and_commutative(a: Figures, b: Figures, c: Figures) -> None:
    assert total(total(a, b), c) == total(a, total(b, c))
    assert total(a, b) == total(b, a)
    assert total(a, Figures()) == a == a.copy()


@given(REQUESTS, REQUESTS)
def test_adding_is_the_same_as_recording_everything(
    one: Sequence[Request], other: Sequence[Request]
) -> None:
    expected, tick, folded = figures_of([*one, *other]), figures_of(other), figures_of(one)
    folded.add_interval(
        count=tick.count,
        failures=tick.failures,
        sum_us=tick.sum_us,
        min_us=tick.min_us,
        max_us=tick.max_us,
        size=tick.bytes,
        ok=tick.ok.sparse(),
        failed=tick.failed.sparse(),
    )
    assert folded == total(figures_of(one), tick) == expected


@given(FIGURES)
def test_it_comes_back_equal_from_json(figures: Figures) -> None:
    assert msgspec.json.decode(msgspec.json.encode(figures), type=Figures) == figures


@given(FIGURES, st.floats(0.001, 1.0))
def test_a_percentile_is_never_above_max_or_below_min(figures: Figures, q: float) -> None:
    value = figures.percentile_ms(q)
    if value is None:
        assert figures.min_ms is None
    else:
        assert figures.min_ms is not None
        assert figures.max_ms is not None
        assert figures.min_ms <= value <= figures.max_ms


def test_a_percentile_is_clamped_to_what_was_measured() -> None:
    assert figures_of([(10_040, 0, False)]).percentile_ms(0.5) == 10.04
    assert figures_of([(10_060, 0, False)]).percentile_ms(0.5) == 10.06


def test_fast_failures_do_not_flatter_the_percentiles() -> None:
    figures = figures_of([(100_000, 0, False)] * 10 + [(1_000, 0, True)] * 90)
    assert figures.percentile_ms(0.5) == 100.0
    assert figures.all_times().percentile_us(0.5) == 1_000
    assert figures.ok.count == 10, "merging leaves the parts alone"


def test_where_nothing_succeeded_the_failures_times_are_shown() -> None:
    assert figures_of([(2_000, 0, True)] * 3).percentiles_ms([0.5, 0.99]) == [2.0, 2.0]


def test_empty_figures_have_no_times_and_zero_rates() -> None:
    empty = Figures()
    assert (empty.mean_ms, empty.min_ms, empty.max_ms, empty.percentile_ms(0.5)) == (None,) * 4
    assert (empty.error_ratio, empty.rps(10), empty.goodput_rps(10)) == (0.0, 0.0, 0.0)
    assert empty.response_times == Histogram()


def test_rates_and_means_count_what_they_name() -> None:
    figures = figures_of([(1_000, 7, False), (3_000, 8, True), (None, 0, True)])
    assert figures.successes == 1
    assert figures.error_ratio == pytest.approx(2 / 3)
    assert figures.mean_ms == 2.0, "a request without a response time is not in the mean"
    assert figures.rps(2.0) == 1.5
    assert figures.goodput_rps(2.0) == 0.5
    assert (figures.rps(0.0), figures.goodput_rps(0.0)) == (0.0, 0.0)
    assert figures.bytes == 15
