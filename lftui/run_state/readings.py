"""Readings of the target over time, in a bounded number of bins."""

from __future__ import annotations

from itertools import pairwise

import msgspec

BINS = 240
"""Fine enough for a chart; a run of a day has bins of 8.5 minutes."""
_PAUSE = 2.5
MOST_SERIES = 60
"""As many metrics of the target are kept over time; of more only the latest readings are known."""


class ReadingsBin(msgspec.Struct, array_like=True):
    """The readings of one span of time, in the metric's own unit; `count` 0 where there are none.

    The mean is kept instead of a sum, which could leave the range of a float.
    """

    low: float = 0.0
    mean: float = 0.0
    high: float = 0.0
    count: int = 0

    def add(self, other: ReadingsBin) -> None:
        """Add another span's readings, which stay as they are."""
        if not other.count:
            return
        if not self.count:
            self.low, self.high = other.low, other.high
        count = self.count + other.count
        mean = self.mean * (self.count / count) + other.mean * (other.count / count)
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.mean = min(max(mean, self.low), self.high)  # rounding must not leave the range
        self.count = count


class Readings(msgspec.Struct):
    """One metric of one source over time, by equal bins that get longer with the run.

    A bin begins at a whole multiple of its length, which is a power of two, as those of
    `BinnedCounts` do. After `BINS` of them two become one.

    Attributes:
        unit: as the source wrote it; a percentage stays one.
        first_s: monotonic seconds of the first reading; it lies in the first bin.
        bin_s: the length of a bin in seconds.
    """

    source: str
    name: str
    unit: str = ""
    first_s: float = 0.0
    bin_s: int = 1
    bins: list[ReadingsBin] = []

    @property
    def first_bin(self) -> int:
        """The number of the first bin, counted from 0 s."""
        return int(self.first_s // self.bin_s)

    def add(self, value: float, at_s: float) -> None:
        """Take a reading; one that comes late counts in the first bin it can."""
        if not self.bins:
            self.first_s = at_s
        while (index := int(at_s // self.bin_s) - self.first_bin) >= BINS:
            self.coarsen()
        index = max(index, 0)
        self.bins += [ReadingsBin() for _ in range(index + 1 - len(self.bins))]
        self.bins[index].add(ReadingsBin(value, value, value, 1))

    def coarsen(self) -> None:
        """Make one bin of each two."""
        padded = [ReadingsBin() for _ in range(self.first_bin % 2)] + self.bins
        merged = padded[::2]
        for left, right in zip(merged, padded[1::2], strict=False):
            left.add(right)
        self.bins = merged
        self.bin_s *= 2

    def spans(self) -> list[tuple[float, float, ReadingsBin]]:
        """Begin and end in monotonic seconds of each bin with readings, oldest first."""
        first = self.first_bin
        return [
            (float((first + n) * self.bin_s), float((first + n + 1) * self.bin_s), one)
            for n, one in enumerate(self.bins)
            if one.count
        ]

    def gapped(self) -> list[tuple[float, float, ReadingsBin | None]]:
        """As `spans`, and with a None in between where readings are missing: where the pause is
        much longer than it mostly is."""
        spans = self.spans()
        pauses = sorted(after[0] - one[0] for one, after in pairwise(spans))
        longest = _PAUSE * pauses[len(pauses) // 2] if pauses else 0.0
        found: list[tuple[float, float, ReadingsBin | None]] = []
        for begin, end, part in spans:
            if found and begin - found[-1][0] > longest:
                found.append((found[-1][1], begin, None))
            found.append((begin, end, part))
        return found
