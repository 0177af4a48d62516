"""Histograms add up, and their percentiles are the exact ones to half a percent."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Histogram, nearest_rank

TIMES = st.lists(st.integers(0, 5_000_000_000), max_size=40)
HISTOGRAMS = TIMES.map(Histogram.of)
QUANTILES = [0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0]


def total(*parts: Histogram) -> Histogram:
    whole = Histogram()
    for part in parts:
        whole.add(part)
    return whole


@given(HISTOGRAMS, HISTOGRAMS, HISTOGRAMS)
def test_adding_is_associative_and_commutative(a: Histogram, b: Histogram, c: Histogram) -> None:
    assert total(total(a, b), c) == total(a, total(b, c))
    assert total(a, b) == total(b, a)
    assert total(a, Histogram()) == a


@given(TIMES, TIMES)
def test_adding_is_the_same_as_recording_everything(one: list[int], other: list[int]) -> None:
    expected = Histogram.of(one + other)
    assert total(Histogram.of(one), Histogram.of(other)) == expected
    by_sparse = Histogram.of(one)
    by_sparse.add_sparse(Histogram.of(other).sparse())
    assert by_sparse == expected


@given(HISTOGRAMS)
def test_the_sparse_form_is_sorted_and_comes_back_equal(histogram: Histogram) -> None:
    flat = histogram.sparse()
    assert flat[::2] == sorted(histogram.buckets)
    assert sum(flat[1::2]) == histogram.count
    assert Histogram.from_sparse(flat) == histogram


@given(HISTOGRAMS)
def test_it_comes_back_equal_from_json_and_msgpack(histogram: Histogram) -> None:
    assert msgspec.json.decode(msgspec.json.encode(histogram), type=Histogram) == histogram
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(histogram), type=Histogram) == histogram


def test_a_copy_and_what_was_added_stand_on_their_own() -> None:
    first = Histogram.of([10, 20])
    copy, other = first.copy(), total(first)
    first.record(30)
    assert copy == other == Histogram.of([10, 20])


def test_it_can_be_added_to_itself() -> None:
    histogram = Histogram.of([10, 20])
    histogram.add(histogram)
    assert histogram == Histogram.of([10, 10, 20, 20])


def test_recording_many_at_once_counts_them_all() -> None:
    histogram = Histogram()
    histogram.record(1500, 3)
    assert histogram == Histogram.of([1500] * 3)


def test_a_sparse_histogram_that_is_cut_off_is_refused_whole() -> None:
    histogram = Histogram.of([1])
    with pytest.raises(ValueError, match="without its count"):
        histogram.add_sparse([5, 1, 7])
    assert histogram == Histogram.of([1])


@pytest.mark.parametrize(
    ("q", "count", "rank"),
    [(0.55, 100, 55), (0.07, 100, 7), (0.95, 20, 19), (0.5, 1, 1), (1e-9, 5, 1), (1.0, 7, 7)],
)
def test_the_rank_is_not_led_astray_by_floating_point(q: float, count: int, rank: int) -> None:
    assert nearest_rank(q, count) == rank


@pytest.mark.parametrize("q", [0.0, -0.1, 1.01, math.nan])
def test_a_quantile_outside_of_its_range_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        Histogram.of([1]).percentile_us(q)


def test_an_empty_histogram_has_no_percentile() -> None:
    assert Histogram().percentile_us(0.5) is None
    assert Histogram().percentiles_us([0.5, 0.9]) == [None, None]


def test_a_rank_is_looked_up_and_one_outside_is_refused() -> None:
    histogram = Histogram.of([30, 10, 20])
    assert [histogram.rank_us(rank) for rank in (1, 2, 3)] == [10, 20, 30]
    for rank in (0, 4):
        with pytest.raises(ValueError, match="rank"):
            histogram.rank_us(rank)


def test_percentiles_keep_the_order_they_were_asked_in() -> None:
    histogram = Histogram.of(range(1, 101))
    assert histogram.percentiles_us([0.99, 0.5, 0.5, 0.01]) == [99, 50, 50, 1]


def bimodal(rng: random.Random) -> float:
    return rng.gauss(2_000, 100) if rng.random() < 0.9 else rng.gauss(3_000_000, 50_000)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.uniform(1, 10_000_000),
        lambda rng: rng.lognormvariate(10, 1.5),
        bimodal,
        lambda rng: 20_049,
    ],
    ids=["uniform", "lognormal", "bimodal", "constant"],
)
@pytest.mark.parametrize("count", [1, 7, 1000, 20_000])
def test_percentiles_are_the_exact_ones_to_half_a_percent(
    draw: Callable[[random.Random], float], count: int
) -> None:
    rng = random.Random(7)
    times = sorted(max(1, int(draw(rng))) for _ in range(count))
    for q, found in zip(QUANTILES, Histogram.of(times).percentiles_us(QUANTILES), strict=True):
        exact = times[nearest_rank(q, count) - 1]
        assert found is not None
        assert abs(found - exact) <= 0.005 * exact
