"""When the iterations of an open workload are due."""

from __future__ import annotations

import random
from typing import Literal

from lftui.shapes.rate_line import RateLine


class Schedule:
    """The arrival times, one after the other.

    In units of iterations that are due, even arrivals are one apart; those of a Poisson process are
    exponentially distributed with mean one (its time change: Cinlar, Introduction to Stochastic
    Processes, 1975, section 4.7). The rate only says how fast that unit goes by, so that a change
    of it needs no new draw.

    Args:
        now: monotonic seconds.
        phase: for even arrivals, how much of the first unit has gone by; several processes that
            share a rate begin at different ones.
    """

    def __init__(
        self,
        arrivals: Literal["poisson", "even"],
        now: float,
        phase: float = 0.0,
        seed: int | None = None,
    ) -> None:
        self._even = arrivals == "even"
        self._random = random.Random(seed)
        self.line = RateLine(now)
        self._at = now
        self._left = 1.0 - phase if self._even else self._draw()
        self.next = self.line.when(now, self._left)
        """When the next iteration is due, in monotonic seconds; infinite at a rate of 0."""

    def change(self, now: float, line: RateLine) -> None:
        """Follow another rate from now on. Arrivals up to now are taken before."""
        self._left = max(self._left - self.line.due(self._at, now), 0.0)
        self._at, self.line = now, line
        self.next = line.when(now, self._left)

    def take(self) -> float:
        """When the next one is due; go on to the one behind it."""
        due = self._at = self.next
        self._left = self._draw()
        self.next = self.line.when(due, self._left)
        return due

    def skip(self, now: float) -> int:
        """Pass over all that are due up to now; how many, to the nearest."""
        skipped = self.line.due(self._at, now) - self._left
        self._at, self._left = now, self._draw()
        self.next = self.line.when(now, self._left)
        return max(round(skipped), 0)

    def _draw(self) -> float:
        return 1.0 if self._even else self._random.expovariate(1.0)
