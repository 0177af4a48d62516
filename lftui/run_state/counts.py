"""Counts over time in a bounded number of bins."""

from __future__ import annotations

import msgspec

BINS = 30


class BinnedCounts(msgspec.Struct):
    """How often something happened, by equal bins of time that get longer with the run.

    A bin begins at a whole multiple of its length, which is a power of two: so the bins of two
    series can be added up without dividing a count. After `BINS` of them two become one.

    Attributes:
        first_s: monotonic seconds; the begin of the first interval that was counted.
        bin_s: the length of a bin in seconds.
        bins: the counts; the first bin is the one that `first_s` lies in.
    """

    first_s: float = 0.0
    bin_s: int = 1
    bins: list[int] = []

    @property
    def first_bin(self) -> int:
        """The number of the first bin, counted from 0 s."""
        return int(self.first_s // self.bin_s)

    def add(self, count: int, start_s: float, end_s: float) -> None:
        """Count what happened between two moments: in the bin of their middle."""
        if not self.bins:
            self.first_s = start_s
        middle_s = (start_s + end_s) / 2
        while (index := int(middle_s // self.bin_s) - self.first_bin) >= BINS:
            self.coarsen()
        index = max(index, 0)
        self.bins += [0] * (index + 1 - len(self.bins))
        self.bins[index] += count

    def coarsen(self) -> None:
        """Make one bin of each two."""
        padded = [0] * (self.first_bin % 2) + self.bins
        self.bins = [sum(padded[at : at + 2]) for at in range(0, len(padded), 2)]
        self.bin_s *= 2

    def copy(self) -> BinnedCounts:
        """The same counts, to be changed."""
        return BinnedCounts(self.first_s, self.bin_s, list(self.bins))
