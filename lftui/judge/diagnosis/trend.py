"""Does a failure come more often than before, for the requests that were sent?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import inf, sqrt
from typing import Literal

from lftui.metrics import Point, ratio_interval
from lftui.run_state.counts import BINS, BinnedCounts

Trend = Literal["rising", "steady", "falling"]

CONFIDENCE = 0.99
CHANGE = 1.25
"""A rate that has changed by less is steady, however sure that is."""
TOO_WIDE = 2.0
"""Where the interval leaves open whether the rate has doubled, nothing is said."""
_FEWEST = 20
_FEWEST_BINS = 6


class Exposure:
    """How many requests an endpoint had until any moment, from the points of its series."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._ends = [point.end_s for point in points]
        self._points = points
        self._until = [0, *accumulate(point.count for point in points)]

    def between(self, start_s: float, end_s: float) -> float:
        """The requests between two moments; within a point they are spread evenly."""
        return max(0.0, self._before(end_s) - self._before(start_s))

    def _before(self, at_s: float) -> float:
        index = bisect_left(self._ends, at_s)
        if index == len(self._points):
            return float(self._until[-1])
        point = self._points[index]
        part = (at_s - point.start_s) / point.duration_s if point.duration_s > 0 else 0.0
        return self._until[index] + point.count * max(0.0, part)


def trend_of(several: Iterable[BinnedCounts], exposure: Exposure, now_s: float) -> Trend | None:
    """The last third of the time since the first failure against what was before it.

    Compared are failures per request, so that more load alone is no rise. Both parts are taken
    as Poisson counts, their ratio by the conditional test: of all failures, the later part has a
    binomial share (Przyborowski and Wilenski, Biometrika 31, 1940). Failures come in bursts: the
    interval is widened by their dispersion from bin to bin.

    Args:
        several: the failures over time; they are added up.
        exposure: the requests over time.
        now_s: monotonic seconds, the end of the load so far.

    Returns:
        None where there are too few to tell a rise from noise.
    """
    first_s, bin_s, bins = _added(several, now_s)
    if sum(bins) < _FEWEST or len(bins) < _FEWEST_BINS:
        return None
    first_bin = int(first_s // bin_s)
    edges = [first_s, *((first_bin + n) * bin_s for n in range(1, len(bins))), now_s]
    requests = [exposure.between(start, end) for start, end in pairwise(edges)]
    split = len(bins) - len(bins) // 3
    before, after = sum(requests[:split]), sum(requests[split:])
    if before <= 0 or after <= 0:
        return None
    low, high = ratio_interval(
        sum(bins[split:]), sum(bins), CONFIDENCE, _dispersion(bins, requests)
    )
    return _judged(_odds(low) * before / after, _odds(high) * before / after)


def _judged(low: float, high: float) -> Trend | None:
    """By the interval of the later rate over the earlier one."""
    middle = sqrt(max(low, 1e-9) * min(high, 1e9))
    if low > 1.0 and middle >= CHANGE:
        return "rising"
    if high < 1.0 and middle <= 1 / CHANGE:
        return "falling"
    return "steady" if low > 1 / TOO_WIDE and high < TOO_WIDE else None


def _odds(share: float) -> float:
    return inf if share >= 1.0 else share / (1.0 - share)


def _added(several: Iterable[BinnedCounts], now_s: float) -> tuple[float, int, list[int]]:
    """The first moment, the length of a bin, and the counts from the first bin until now."""
    counted = [counts.copy() for counts in several if counts.bins]
    if not counted:
        return 0.0, 1, []
    first_s = min(counts.first_s for counts in counted)
    bin_s = max(counts.bin_s for counts in counted)
    while now_s // bin_s - first_s // bin_s >= BINS:
        bin_s *= 2
    first = int(first_s // bin_s)
    # A bin that has just begun, or that lies at the very end, is part of the one before it.
    length = max(1, int((now_s - 1e-9) // bin_s) - first + 1)
    bins = [0] * length
    for counts in counted:
        while counts.bin_s < bin_s:
            counts.coarsen()
        for number, count in enumerate(counts.bins, counts.first_bin - first):
            bins[min(number, length - 1)] += count
    return first_s, bin_s, bins


def _dispersion(bins: Sequence[int], requests: Sequence[float]) -> float:
    """Variance of the counts over that of Poisson counts, at least 1.

    From the differences of neighbors, in which a slow change of the rate, the trend itself, does
    not count (von Neumann, Annals of Mathematical Statistics 12, 1941).
    """
    rate = sum(bins) / sum(requests)
    away = [
        (count - rate * size) / sqrt(rate * size)
        for count, size in zip(bins, requests, strict=True)
        if size > 0
    ]
    if len(away) < 2:
        return 1.0
    return max(1.0, sum((b - a) ** 2 for a, b in pairwise(away)) / (2 * (len(away) - 1)))
