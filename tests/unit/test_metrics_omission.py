"""The correction for coordinated omission, against HdrHistogram's own and in a simulated stall."""

from __future__ import annotations

import random

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.metrics import MAX_US, Histogram, bucket_of, corrected

BUCKET_ERROR = 0.005


def theirs(times_us: list[int], interval_us: int) -> HdrHistogram:
    """As its own `record_corrected_value`, less what that adds in Python only: once more a value
    below the interval (its Java original ends at the interval)."""
    found = HdrHistogram(1, MAX_US, 3)
    for us in times_us:
        found.record_corrected_value(us, interval_us)
        left_us = us % interval_us
        if us > interval_us and left_us:
            found.record_value(left_us, -1)
    return found


def ours(times_us: list[int], interval_us: int) -> Histogram:
    return Histogram.from_sparse(corrected(Histogram.of(times_us).sparse(), interval_us))


def test_the_example_of_the_method() -> None:
    """A value of 1 s where one was due every 100 ms: 900, 800, ... 100 ms were left out."""
    found = ours([1_000_000], 100_000)
    assert found == Histogram.of(range(100_000, 1_000_001, 100_000))


@pytest.mark.parametrize("us", [0, 50_000, 100_000, 199_000])
def test_what_came_before_the_next_was_due_stays(us: int) -> None:
    assert ours([us] * 3, 100_000) == Histogram.of([us] * 3)


def test_twice_the_interval_is_the_first_that_leaves_something_out() -> None:
    assert ours([200_000], 100_000) == Histogram.of([200_000, 100_000])


@pytest.mark.parametrize("interval_us", [700, 20_000, 200_000, 1_500_000])
def test_it_is_hdrhistograms_within_a_bucket(interval_us: int) -> None:
    draw = random.Random(interval_us)
    times = [int(draw.lognormvariate(10, 1.5)) + 1 for _ in range(2_000)]
    times += [draw.randrange(1_000_000, 30_000_000) for _ in range(5)]
    expected, found = theirs(times, interval_us), ours(times, interval_us)
    assert found.count == pytest.approx(expected.get_total_count(), rel=0.01)
    for quantile in (0.5, 0.9, 0.95, 0.99, 0.999):
        value = expected.get_value_at_percentile(100 * quantile)
        us = found.percentile_us(quantile)
        assert us is not None
        assert us == pytest.approx(value, rel=4 * BUCKET_ERROR), quantile


def test_of_very_many_the_buckets_are_counted() -> None:
    """An hour at 1 ms leaves 3.6 million out: the same as added one by one."""
    us, interval_us = 2_000_000, 1_000
    assert ours([us], interval_us) == Histogram.of(range(interval_us, us + 1, interval_us))
    assert ours([MAX_US], 1_000).count == MAX_US // 1_000


@given(st.integers(1, 3_000_000), st.integers(1, 4_000), st.integers(1, 5))
@settings(max_examples=60)
def test_both_ways_of_adding_say_the_same(us: int, interval_us: int, count: int) -> None:
    us = Histogram.of([us]).rank_us(1)
    expected = Histogram()
    expected.record(us, count)
    for left in range(us - interval_us, interval_us - 1, -interval_us):
        expected.record(left, count)
    assert ours([us] * count, interval_us) == expected


def test_a_stall_shows_the_thousand_that_it_kept_from_being_sent() -> None:
    """20 users with a pacing of 0.2 s, 10 s in which nothing comes back."""
    fine = [20_000] * (20 * 5 * 50)
    found = ours([*fine, *[10_000_000] * 20], 200_000)
    assert found.count == len(fine) + 20 * 50
    assert sum(n for bucket, n in found.buckets.items() if bucket > bucket_of(200_000)) == 20 * 49
    measured = Histogram.of([*fine, *[10_000_000] * 20])
    assert measured.percentile_us(0.95) == 20_000
    assert found.percentile_us(0.95) == pytest.approx(7_000_000, rel=0.2)


def test_nothing_and_nonsense() -> None:
    assert corrected([], 100) == []
    with pytest.raises(ValueError, match="an expected interval of 0 µs"):
        corrected([5, 1], 0)
    with pytest.raises(ValueError, match="without its count"):
        corrected([5, 1, 7], 100)
