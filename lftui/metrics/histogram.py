"""A sparse histogram of response times that adds up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import ceil
from typing import Self

import msgspec

from lftui.metrics.buckets import bucket_of, value_us


def nearest_rank(q: float, count: int) -> int:
    """The rank (1..count) of the quantile `q` of `count` sorted samples: `ceil(q * count)`.

    Nearest rank is definition 1 (the inverse of the empirical distribution) in Hyndman and Fan,
    "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996).

    Raises:
        ValueError: `q` is not in (0, 1].
    """
    if not 0.0 < q <= 1.0:
        raise ValueError(f"the quantile {q} is not above 0 and at most 1")
    # 0.55 * 100 is 55.00000000000001 in floating point; its rank is 55, not 56.
    return min(count, max(1, ceil((q - 1e-12) * count)))


class Histogram(msgspec.Struct):
    """Counts per bucket (see `lftui.metrics.buckets`). Two are equal when their contents are.

    Attributes:
        buckets: bucket number to samples in it; a bucket without samples is not in here.
        count: samples in all buckets.
    """

    buckets: dict[int, int] = msgspec.field(default_factory=dict)
    count: int = 0

    @classmethod
    def of(cls, times_us: Iterable[int]) -> Self:
        """The histogram of the given response times in µs."""
        histogram = cls()
        for us in times_us:
            histogram.record(us)
        return histogram

    @classmethod
    def from_sparse(cls, flat: Sequence[int]) -> Self:
        """The histogram of what `sparse` returned."""
        histogram = cls()
        histogram.add_sparse(flat)
        return histogram

    def record(self, us: int, n: int = 1) -> None:
        """Counts `n` (at least 1) requests that took `us` microseconds."""
        bucket = bucket_of(us)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + n
        self.count += n

    def add(self, other: Histogram) -> None:
        """Adds the samples of another histogram, which stays as it is."""
        buckets = self.buckets
        if not buckets:
            buckets.update(other.buckets)
        else:
            # Added to itself, it gets no new bucket, so it may be iterated while it is changed.
            for bucket, n in other.buckets.items():
                buckets[bucket] = buckets.get(bucket, 0) + n
        self.count += other.count

    def add_sparse(self, flat: Sequence[int]) -> None:
        """Adds `[bucket, count, bucket, count, ...]`, each count at least 1.

        Raises:
            ValueError: the last bucket has no count; nothing was added.
        """
        # The inner loop of folding a day's journal: 2.6 million calls.
        if len(flat) % 2:
            raise ValueError("a sparse histogram ends in a bucket without its count")
        buckets = self.buckets
        total = 0
        pairs = iter(flat)
        for bucket in pairs:
            n = next(pairs)
            if bucket in buckets:
                buckets[bucket] += n
            else:
                buckets[bucket] = n
            total += n
        self.count += total

    def sparse(self) -> list[int]:
        """`[bucket, count, bucket, count, ...]`, by rising bucket."""
        return [number for pair in sorted(self.buckets.items()) for number in pair]

    def rank_buckets(self, ranks: Sequence[int]) -> list[int]:
        """The buckets that hold the samples with the given ranks, 1 being the fastest.

        Raises:
            ValueError: a rank is not in 1..count.
        """
        keys = sorted(self.buckets)
        reached = list(accumulate(self.buckets[key] for key in keys))
        if any(not 1 <= rank <= self.count for rank in ranks):
            raise ValueError(f"a rank of {list(ranks)} is not within 1..{self.count}")
        return [keys[bisect_left(reached, rank)] for rank in ranks]

    def rank_us(self, rank: int) -> int:
        """The response time in µs of the sample with this rank, 1 being the fastest.

        Raises:
            ValueError: the rank is not in 1..count.
        """
        return value_us(self.rank_buckets([rank])[0])

    def percentile_us(self, q: float) -> int | None:
        """The response time in µs that the share `q` (above 0, at most 1) does not exceed."""
        return self.percentiles_us([q])[0]

    def percentiles_us(self, qs: Sequence[float]) -> list[int | None]:
        """`percentile_us` of each of `qs`, in their order, for one pass over the buckets."""
        if not self.count:
            return [None] * len(qs)
        ranks = [nearest_rank(q, self.count) for q in qs]
        return [value_us(bucket) for bucket in self.rank_buckets(ranks)]

    def copy(self) -> Histogram:
        """A histogram with the same contents of its own."""
        return Histogram(self.buckets.copy(), self.count)
