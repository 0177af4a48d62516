"""The rate of an open workload over time: a straight way to a rate, then that rate."""

from __future__ import annotations

import math


class RateLine:
    """Goes from a rate to another one and stays there.

    Args:
        at: when it begins, in seconds of any clock.
        start, target: iterations a second there, and at the end of the way.
        slope: how much the rate changes a second on the way, above 0; None for at once.
    """

    def __init__(
        self, at: float, start: float = 0.0, target: float = 0.0, slope: float | None = None
    ) -> None:
        change = target - start
        if slope is None or change == 0:
            start, change, slope = target, 0.0, 1.0
        self._at = at
        self._start = start
        self.target = target
        self._slope = math.copysign(slope, change)
        self._there = at + abs(change) / slope

    def rate(self, t: float) -> float:
        """Iterations a second at `t`."""
        if t >= self._there:
            return self.target
        return max(self._start + self._slope * max(t - self._at, 0.0), 0.0)

    def is_there(self, t: float) -> bool:
        """Whether the way is behind it."""
        return t >= self._there

    def due(self, begin: float, end: float) -> float:
        """How many iterations are due between two moments: the area under the rate."""
        turn = min(max(self._there, begin), end)
        on_the_way = (self.rate(begin) + self.rate(turn)) / 2 * (turn - begin)
        return on_the_way + self.target * (end - turn)

    def when(self, begin: float, due: float) -> float:
        """When so many iterations, or a part of one, have become due since `begin`; infinite where
        they never do."""
        if begin < self._there:
            rate = self.rate(begin)
            on_the_way = self.due(begin, self._there)
            if due <= on_the_way:
                # rate x + slope x^2 / 2 = due, in the form that loses no digits for small slopes
                root = math.sqrt(max(rate * rate + 2 * self._slope * due, 0.0))
                return begin + 2 * due / (rate + root) if rate + root else begin
            begin, due = self._there, due - on_the_way
        return begin + due / self.target if self.target else math.inf
