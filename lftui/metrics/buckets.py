"""Decimal buckets: 3 significant digits of a response time, 1 µs to 1 h.

Below 1,000 µs every microsecond is its own bucket. From there on a value is rounded half up to
3 digits, `m * 10**e`, and its bucket is `900 * e + m`: the numbers run on without a hole
(999 µs is 999, 1,000 µs is 1,000, 9,990 µs is 1,899, 10,000 µs is 1,900), so a bucket's number
grows with its value. The error is at most half a unit of the third digit: 0.5 %.
"""

from __future__ import annotations

MAX_US = 3_600_000_000
"""One hour, in µs: longer values count as this."""
TOP_BUCKET = 6660
"""The bucket of `MAX_US`, the last one."""


def bucket_of(us: int) -> int:
    """The bucket of a response time in whole µs; below 0 counts as 0, above 1 h as 1 h."""
    # Called for every request: a chain of comparisons is faster than a logarithm, and
    # response times from 1 to 100 ms leave it early.
    if us < 100_000:
        if us >= 10_000:
            return 1800 + (us + 50) // 100
        if us >= 1_000:
            return 900 + (us + 5) // 10
        return us if us > 0 else 0
    if us < 1_000_000:
        return 2700 + (us + 500) // 1_000
    if us < 10_000_000:
        return 3600 + (us + 5_000) // 10_000
    if us < 100_000_000:
        return 4500 + (us + 50_000) // 100_000
    if us < 1_000_000_000:
        return 5400 + (us + 500_000) // 1_000_000
    if us < MAX_US:
        return 6300 + (us + 5_000_000) // 10_000_000
    return TOP_BUCKET


def value_us(bucket: int) -> int:
    """The response time in µs that stands for a bucket."""
    if bucket < 1_000:
        return bucket
    exponent, rest = divmod(bucket - 100, 900)
    return int((rest + 100) * 10**exponent)


def bounds_us(bucket: int) -> tuple[int, int]:
    """The lowest and highest whole µs that fall into a bucket.

    The top bucket ends at `MAX_US`, though longer values are counted in it, too.
    """
    if bucket < 1_000:
        return bucket, bucket
    exponent, rest = divmod(bucket - 100, 900)
    unit = int(10**exponent)
    middle = (rest + 100) * unit
    # The first bucket of a decade also takes what the finer decade below rounds up into it.
    below = unit // 10 if rest == 0 else unit
    return middle - below // 2, min(middle + unit // 2 - 1, MAX_US)
