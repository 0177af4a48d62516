"""Coordinated omission: response times corrected for the requests that were not sent meanwhile.

Gil Tene's method, as in HdrHistogram's `copyCorrectedForCoordinatedOmission`
(https://github.com/HdrHistogram/HdrHistogram): a user that sends a request every `I` and waited `v`
for one answer left out those that were due after `I`, `2 I`, ...; they would have taken `v - I`,
`v - 2 I`, ... down to `I`, and are added. It assumes that each of them would have waited until the
one answer came, as in an outage; where only that one request was slow, it overstates.
"""

from __future__ import annotations

from collections.abc import Sequence

from lftui.metrics.buckets import bounds_us, bucket_of, value_us
from lftui.metrics.histogram import Histogram

_FEW = 500
"""So many values that were left out are added one by one; of more the buckets are counted."""


def corrected(flat: Sequence[int], interval_us: int) -> list[int]:
    """A sparse histogram with what was left out, a request being due every `interval_us` µs.

    Raises:
        ValueError: the interval is below 1 µs, or the last bucket has no count.
    """
    if interval_us < 1:
        raise ValueError(f"an expected interval of {interval_us} µs is none; it is 1 µs or more")
    if len(flat) % 2:
        raise ValueError("a sparse histogram ends in a bucket without its count")
    longest = max(flat[::2], default=0)
    if value_us(longest) < 2 * interval_us:
        return list(flat)
    found = Histogram.from_sparse(flat)
    for bucket, count in zip(flat[::2], flat[1::2], strict=True):
        _add_missing(found, value_us(bucket), interval_us, count)
    return found.sparse()


def _add_missing(found: Histogram, us: int, interval_us: int, count: int) -> None:
    """Those of `count` answers that took `us`."""
    missing = us // interval_us - 1
    if missing <= 0:
        return
    if missing <= _FEW:
        for left_us in range(us - interval_us, interval_us - 1, -interval_us):
            found.record(left_us, count)
        return
    for bucket in range(bucket_of(interval_us), bucket_of(us - interval_us) + 1):
        low, high = bounds_us(bucket)
        inside = _multiples(us, max(low, interval_us), min(high, us - interval_us), interval_us)
        if inside > 0:
            found.buckets[bucket] = found.buckets.get(bucket, 0) + inside * count
            found.count += inside * count


def _multiples(us: int, low: int, high: int, interval_us: int) -> int:
    """How many of `us - interval_us`, `us - 2 interval_us`, ... lie from `low` to `high`."""
    if high < low:
        return 0
    most = (us - low) // interval_us
    least = -((high - us) // interval_us)
    return most - least + 1
