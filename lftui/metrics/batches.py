"""Batches: the figures of a span of time cut into pieces, to see how much its requests depend on
one another.

The number of batches is bounded and their length doubles (Law, "Simulation Modeling and
Analysis", 5th ed. 2015, section 9.5.3: for batch means the batches have to grow with the run).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from math import log, sqrt
from typing import NamedTuple

import msgspec

from lftui.metrics.buckets import bucket_of, value_us
from lftui.metrics.dependence import count_design_effect, share_design_effect
from lftui.metrics.histogram import Histogram
from lftui.metrics.packed import Packed, pack, unpack

_EPSILON_S = 0.05
_FEW = 8
_LOOSE = 256
_LOOSEST = 16_384
_LONG_S = 30.0


class Batch(msgspec.Struct, omit_defaults=True):
    """What was counted in one piece of time.

    Attributes:
        count: completed requests, failures included.
        failures: failed requests.
        ok: response times of the successes, as a packed sparse histogram.
        adjusted: the same from when the requests were due; empty where that is not known.
    """

    count: int = 0
    failures: int = 0
    ok: Packed = b""
    adjusted: Packed = b""

    def add(self, count: int, failures: int, ok: Packed, adjusted: Packed = b"") -> None:
        """Count more in this piece."""
        self.count += count
        self.failures += failures
        self.ok += ok
        self.adjusted += adjusted
        # Bytes are copied to grow: a piece of 20 minutes would be copied a thousand times.
        if max(len(self.ok), len(self.adjusted)) > _LOOSEST:
            self.tighten()

    def tighten(self) -> None:
        """One pair a bucket, where that is likely to be shorter."""
        self.ok, self.adjusted = _tightened(self.ok), _tightened(self.adjusted)


def _tightened(packed: Packed) -> Packed:
    if len(packed) <= _LOOSE:
        return packed
    return pack(Histogram.from_sparse(unpack(packed)).sparse())


class Batches(msgspec.Struct):
    """At most `keep` pieces of `length_s` each, the first from the span's beginning on; half as
    many once a piece lasts for `_LONG_S`."""

    keep: int = 64
    length_s: float = 1.0
    pieces: list[Batch] = []

    def add(
        self, at_s: float, count: int, failures: int, ok: Packed, adjusted: Packed = b""
    ) -> None:
        """Count what came `at_s` seconds after the span began; time only goes on."""
        index = max(0, int((at_s + _EPSILON_S) / self.length_s))
        # Long pieces are heavy, and of half as many there are still enough.
        while index >= (self.keep if self.length_s < _LONG_S else max(1, self.keep // 2)):
            self.halve()
            index //= 2
        pieces = self.pieces
        while len(pieces) <= index:
            if pieces:
                pieces[-1].tighten()
            pieces.append(Batch())
        pieces[index].add(count, failures, ok, adjusted)

    def halve(self) -> None:
        """Make each two pieces one, of double length."""
        merged = []
        for index in range(0, len(self.pieces), 2):
            piece = self.pieces[index]
            for later in self.pieces[index + 1 : index + 2]:
                piece.add(later.count, later.failures, later.ok, later.adjusted)
            piece.tighten()
            merged.append(piece)
        self.pieces = merged
        self.length_s *= 2.0

    def thin(self, keep: int) -> None:
        """Keep at most so many pieces from here on."""
        self.keep = keep
        while len(self.pieces) > keep:
            self.halve()

    def whole(self) -> list[Batch]:
        """The pieces without the last, which may still fill up; with few pieces all."""
        return self.pieces[:-1] if len(self.pieces) > _FEW else self.pieces

    def percentile_effect(
        self, us: float, confidence: float = 0.95, adjusted: bool = False
    ) -> float:
        """The design effect, at least 1, of the share of responses within `us` µs.

        When everything becomes slower for a while, the median shows it best: what it shows
        counts for the other percentiles, too, in proportion to how far each is sure.
        """
        whole = self.whole()
        times = _times_of(tuple(one.adjusted if adjusted else one.ok for one in whole))
        if not times.total.size:
            return 1.0
        tops = bucket_of(int(us)), times.total.bucket((times.total.size + 1) // 2)
        own, level = (
            share_design_effect(times.within(top), times.sizes, self.length_s, confidence)
            for top in tops
        )
        error, level_error = (times.total.log_error(top) for top in tops)
        if level <= 1.0 or error <= 0.0:
            return own
        return max(own, 1.0 + (level - 1.0) * min(1.0, level_error / error) ** 2)

    def error_effect(self, confidence: float = 0.95) -> float:
        """The design effect, at least 1, of the share of failures."""
        pieces = self.whole()
        failures, counts = [one.failures for one in pieces], [one.count for one in pieces]
        return share_design_effect(failures, counts, self.length_s, confidence)

    def rate_effect(self, confidence: float = 0.95, good: bool = False) -> float:
        """The design effect, at least 1, of the number of requests, or of the good ones, against
        Poisson's."""
        counts = [one.count - (one.failures if good else 0) for one in self.whole()]
        return count_design_effect(counts, self.length_s, confidence)


class _Times(NamedTuple):
    """A sparse histogram to look things up in: `counts` adds up from the first bucket on."""

    buckets: array[int]
    counts: array[int]

    @classmethod
    def of(cls, packed: Packed) -> _Times:
        buckets = sorted(Histogram.from_sparse(unpack(packed)).buckets.items())
        return cls(
            array("H", [bucket for bucket, _ in buckets]),
            array("Q", accumulate(n for _, n in buckets)),
        )

    @property
    def size(self) -> int:
        return self.counts[-1] if self.counts else 0

    def within(self, top: int) -> int:
        """The responses in this bucket or below."""
        index = bisect_right(self.buckets, top)
        return self.counts[index - 1] if index else 0

    def bucket(self, rank: int) -> int:
        return self.buckets[bisect_left(self.counts, rank)]

    def log_error(self, top: int) -> float:
        """The standard error of the logarithm of a percentile, which lies in the bucket `top`, if
        the responses were independent: from the order statistics one standard error away."""
        rank, count = self.within(top), self.size
        reach = max(1, round(sqrt(rank * (count - rank) / count)))
        low, high = max(1, rank - reach), min(count, rank + reach)
        wide = max(1, value_us(self.bucket(high))) / max(1, value_us(self.bucket(low)))
        return log(wide) * reach / max(1, high - low)


class _AllTimes(NamedTuple):
    total: _Times
    pieces: list[_Times]
    sizes: list[int]

    def within(self, top: int) -> list[int]:
        return [piece.within(top) for piece in self.pieces]


@lru_cache(maxsize=16)
def _times_of(pieces: tuple[Packed, ...]) -> _AllTimes:
    """All percentiles of an endpoint are judged one after the other, some twice."""
    found = [_Times.of(piece) for piece in pieces]
    return _AllTimes(_Times.of(b"".join(pieces)), found, [one.size for one in found])


def joined(several: Iterable[Batches]) -> Batches:
    """The batches of several spans one after the other, all of the longest length among them."""
    parts = [one for one in several if one.pieces]
    whole = Batches(keep=1 << 20, length_s=max((one.length_s for one in parts), default=1.0))
    for part in parts:
        copy = Batches(keep=1 << 20, length_s=part.length_s)
        copy.pieces = [Batch(one.count, one.failures, one.ok, one.adjusted) for one in part.whole()]
        while copy.length_s < whole.length_s:
            copy.halve()
        whole.pieces += copy.pieces
    return whole
