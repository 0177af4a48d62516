"""The rate of an open workload, shared by the workers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import msgspec

from lftui.generator.arrivals.counts import Counts
from lftui.generator.distribution.report import PACE, Pace
from lftui.shapes.rate_line import RateLine


class SharedPace:
    """Gives each worker an equal part of the rate.

    The parts of independent arrivals are independent of one another, and together are arrivals of
    the whole rate; even ones begin at different phases.

    Args:
        send: lets the master send every worker its part.
        taken: what the workers did since the last call.
    """

    def __init__(self, send: Callable[[], None], taken: Callable[[], Counts]) -> None:
        self._send = send
        self._taken = taken
        self._line = RateLine(time.monotonic())
        self._slope: float | None = None
        self._most = 0

    def go_to(self, rate: float, slope: float | None, most: int) -> None:
        """Go to a rate, with so many users at most."""
        now = time.monotonic()
        self._line = RateLine(now, self._line.rate(now), rate, slope)
        self._slope, self._most = slope, most
        self._send()

    def part(self, index: int, of: int) -> dict[str, Any]:
        """What this worker is sent; with each change of the rate, or of who is there."""
        line, now = self._line, time.monotonic()
        pace = Pace(
            start=line.rate(now) / of,
            rate=line.target / of,
            slope=None if self._slope is None else self._slope / of,
            most=math.ceil(self._most / of),
            phase=index / of,
        )
        return {PACE: msgspec.to_builtins(pace)}

    def rate(self) -> float:
        """The iterations a second of this moment."""
        return self._line.rate(time.monotonic())

    @property
    def is_on_its_way(self) -> bool:
        """Whether the rate has not been reached yet."""
        return not self._line.is_there(time.monotonic())

    def counts(self) -> Counts:
        """What the workers reported since the last call."""
        return self._taken()
