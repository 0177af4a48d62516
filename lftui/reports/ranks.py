"""Histograms whose percentiles are asked for every second of a day."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from lftui.metrics import TOP_BUCKET, Histogram, nearest_rank, value_us

_WIDTH = 64
_RECENT_S = 10
_VALUES_US = [value_us(bucket) for bucket in range(TOP_BUCKET + 1)]


@lru_cache(maxsize=1024)
def _ranks(quantiles: tuple[float, ...], count: int) -> list[int]:
    """The quantiles' ranks among so many samples: the same counts come again and again."""
    return [nearest_rank(quantile, count) for quantile in quantiles]


class RankedTimes:
    """A growing histogram. Its buckets are kept in blocks with a count each, so that a percentile
    is found without sorting: by the blocks' counts, then within one block."""

    def __init__(self) -> None:
        self.count = 0
        self._sums = [0] * (TOP_BUCKET // _WIDTH + 1)
        self._blocks: dict[int, list[int]] = {}

    def add_sparse(self, flat: Sequence[int]) -> None:
        """Add `[bucket, count, bucket, count, ...]`."""
        blocks, sums = self._blocks, self._sums
        pairs = iter(flat)
        for bucket in pairs:
            n = next(pairs)
            number, place = divmod(bucket, _WIDTH)
            if number not in blocks:
                blocks[number] = [0] * _WIDTH
            blocks[number][place] += n
            sums[number] += n
            self.count += n

    def percentiles_us(self, quantiles: tuple[float, ...]) -> list[int | None]:
        """The response times that these shares do not exceed; None without any."""
        if not self.count:
            return [None] * len(quantiles)
        reached = list(accumulate(self._sums))
        return [self._rank_us(rank, reached) for rank in _ranks(quantiles, self.count)]

    def _rank_us(self, rank: int, reached: list[int]) -> int:
        number = bisect_left(reached, rank)
        before = reached[number] - self._sums[number]
        place = bisect_left(list(accumulate(self._blocks[number])), rank - before)
        return _VALUES_US[number * _WIDTH + place]


class RecentTimes:
    """The response times of the last ten seconds."""

    def __init__(self) -> None:
        self._times = Histogram()
        self._parts: deque[tuple[int, Sequence[int]]] = deque()

    def add_sparse(self, second: int, flat: Sequence[int]) -> None:
        """Add what came in a second: `[bucket, count, bucket, count, ...]`."""
        self._times.add_sparse(flat)
        self._parts.append((second, flat))

    def percentiles_us(self, second: int, quantiles: tuple[float, ...]) -> list[int | None]:
        """The percentiles of the ten seconds that end with `second`; None without any."""
        while self._parts and self._parts[0][0] <= second - _RECENT_S:
            self._take_out(self._parts.popleft()[1])
        if not self._times.count:
            return [None] * len(quantiles)
        # As in Histogram, without its checks: the full history of a day has millions of rows.
        buckets = self._times.buckets
        keys = sorted(buckets)
        reached = list(accumulate(map(buckets.__getitem__, keys)))
        ranks = _ranks(quantiles, self._times.count)
        return [_VALUES_US[keys[bisect_left(reached, rank)]] for rank in ranks]

    def _take_out(self, flat: Sequence[int]) -> None:
        buckets = self._times.buckets
        pairs = iter(flat)
        for bucket in pairs:
            n = next(pairs)
            buckets[bucket] -= n
            if not buckets[bucket]:
                del buckets[bucket]
            self._times.count -= n
