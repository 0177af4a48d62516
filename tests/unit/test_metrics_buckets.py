"""The buckets keep 3 significant digits and run on without a hole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import MAX_US, TOP_BUCKET, bounds_us, bucket_of, value_us

TIMES = st.integers(0, MAX_US)
BUCKETS = st.integers(0, TOP_BUCKET)


@pytest.mark.parametrize(
    ("us", "bucket"),
    [
        (-5, 0),
        (0, 0),
        (1, 1),
        (999, 999),
        (1_000, 1_000),
        (1_004, 1_000),
        (1_005, 1_001),
        (9_990, 1_899),
        (9_994, 1_899),
        (9_995, 1_900),
        (10_000, 1_900),
        (99_949, 2_799),
        (99_950, 2_800),
        (1_000_000, 3_700),
        (10_000_000, 4_600),
        (100_000_000, 5_500),
        (1_000_000_000, 6_400),
        (MAX_US, TOP_BUCKET),
        (MAX_US * 1000, TOP_BUCKET),
    ],
)
def test_known_times_fall_into_known_buckets(us: int, bucket: int) -> None:
    assert bucket_of(us) == bucket


def test_every_bucket_is_the_bucket_of_its_representative_and_of_its_bounds() -> None:
    end = -1
    for bucket in range(TOP_BUCKET + 1):
        low, high = bounds_us(bucket)
        assert low == end + 1, "the buckets run on without a hole"
        assert low <= value_us(bucket) <= high
        assert {bucket_of(low), bucket_of(value_us(bucket)), bucket_of(high)} == {bucket}
        end = high
    assert end == MAX_US


@given(TIMES, TIMES)
def test_a_longer_time_never_falls_into_a_lower_bucket(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert bucket_of(low) <= bucket_of(high)


@given(st.integers(1, MAX_US))
def test_the_representative_is_at_most_half_a_percent_off(us: int) -> None:
    assert abs(value_us(bucket_of(us)) - us) <= 0.005 * us


@given(BUCKETS)
def test_a_representative_has_three_significant_digits(bucket: int) -> None:
    digits = str(value_us(bucket))
    assert len(digits.rstrip("0")) <= 3
