"""A series grows coarser, but forgets nothing."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Histogram, Point, Series, pack, unpack

COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=200)


def series_of(counts: list[int], keep: int) -> Series:
    series = Series(keep=keep)
    for second, count in enumerate(counts):
        ok = Histogram.of([1000 * (second % 7 + 1)] * count).sparse()
        failed = Histogram.of([500] * (second % 3)).sparse()
        series.append(
            Point(
                second,
                second + 1,
                count=count + second % 3,
                failures=second % 3,
                bytes=10 * count,
                users=second,
                target_users=second + 1,
                ok=pack(ok),
                failed=pack(failed),
            )
        )
    return series


@given(COUNTS, st.integers(2, 9))
def test_totals_are_conserved_in_order_and_the_levels_stay_small(
    counts: list[int], keep: int
) -> None:
    points = series_of(counts, keep).points()
    one_level = series_of(counts, 1000).points()
    assert sum(p.count for p in points) == sum(p.count for p in one_level)
    assert sum(p.failures for p in points) == sum(p.failures for p in one_level)
    assert sum(p.bytes for p in points) == 10 * sum(counts)
    assert max(p.users_max for p in points) == len(counts) - 1
    for name in ("ok", "failed"):
        kept, expected = Histogram(), Histogram()
        for histogram, source in ((kept, points), (expected, one_level)):
            for point in source:
                histogram.add_sparse(unpack(getattr(point, name)))
        assert kept == expected
    assert [points[0].start_s, points[-1].end_s] == [0, len(counts)]
    assert all(a.end_s == b.start_s for a, b in pairwise(points))
    assert all(len(level) <= keep for level in series_of(counts, keep).levels)


def test_the_newest_points_stay_as_they_came() -> None:
    series = series_of([1] * 100, 10)
    lengths = [point.duration_s for point in series.points()]
    assert lengths == sorted(lengths, reverse=True)
    assert [p.duration_s for p in series.levels[0]] == [1.0] * len(series.levels[0])
    assert 9 <= len(series.levels[0]) <= 10


def test_a_day_takes_few_points() -> None:
    series = Series(keep=300)
    for second in range(86_400):
        series.append(Point(second, second + 1, count=1))
    assert len(series.levels) <= 9
    assert len(series.points()) <= 9 * 300
    assert sum(p.count for p in series.points()) == 86_400


def test_a_merged_point_keeps_the_last_and_the_most_users() -> None:
    merged = Point(0, 1, users=90, target_users=90).merged(Point(1, 2, users=5, target_users=10))
    assert (merged.users, merged.target_users, merged.users_max) == (5, 10, 90)
    assert (merged.start_s, merged.end_s, merged.duration_s) == (0, 2, 2)


def test_only_the_points_that_end_after_a_time() -> None:
    series = series_of([1] * 20, 50)
    assert [p.start_s for p in series.points(since_s=17)] == [17, 18, 19]
    assert series.points(since_s=20) == []


def test_percentiles_of_a_point_come_from_its_successes_if_it_has_any() -> None:
    ok, failed = [1500, 2], [7, 9]
    both = Point(0, 1, ok=pack(ok), failed=pack(failed))
    assert both.response_times == Histogram.from_sparse(ok)
    only_failures = Point(0, 1, failed=pack(failed))
    assert only_failures.response_times == Histogram.from_sparse(failed)


@given(st.dictionaries(st.integers(0, 6660), st.integers(1, 5_000_000), max_size=50))
def test_packing_loses_nothing(buckets: dict[int, int]) -> None:
    flat = Histogram(buckets, sum(buckets.values())).sparse()
    assert Histogram.from_sparse(unpack(pack(flat))) == Histogram.from_sparse(flat)


@given(st.lists(st.integers(1, 10_000)), st.lists(st.integers(1, 10_000)))
def test_packed_one_behind_the_other_they_add_up(one: list[int], other: list[int]) -> None:
    packed = pack(Histogram.of(one).sparse()) + pack(Histogram.of(other).sparse())
    assert Histogram.from_sparse(unpack(packed)) == Histogram.of([*one, *other])


@given(COUNTS, st.integers(2, 9))
def test_it_comes_back_equal_from_json(counts: list[int], keep: int) -> None:
    series = series_of(counts, keep)
    assert msgspec.json.decode(msgspec.json.encode(series), type=Series) == series


def test_a_level_has_room_for_a_pair() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Series(keep=1)
