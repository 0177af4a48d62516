"""A rate of iterations without planned stages."""

from __future__ import annotations

from lftui.shapes.base import Goal, Shape, Unit
from lftui.shapes.rate_line import RateLine


class RateLevel(Shape):
    """Goes to a rate and stays there until stopped: what `Level` is of users."""

    unit: Unit = "rate"

    def __init__(self, name: str, rate: float, slope: float | None, sentence: str) -> None:
        """`rate` in iterations a second; `slope` is its change a second, None for at once."""
        self.name = name
        self._goal = rate_goal(rate, slope)
        self._rate, self._slope = rate, slope
        self._line = RateLine(0.0, 0.0, rate, slope)
        self._sentence = sentence

    def goal(self, t: float) -> Goal | None:
        """The same at any time."""
        return self._goal

    def users(self, t: float) -> int | None:
        """No number is planned."""
        return 0

    def rate(self, t: float) -> float | None:
        """A ramp, where there is one, then the level."""
        return self._line.rate(t)

    def sentence(self) -> str:
        """The sentence it was made with."""
        return self._sentence

    @property
    def peak(self) -> int:
        """No number is planned."""
        return 0

    @property
    def peak_rate(self) -> float:
        """The level."""
        return self._rate

    def preview_s(self) -> float:
        """The ramp and as long again, a minute at least."""
        return max(60.0, 2 * self._rate / self._slope) if self._slope else 60.0


def rate_goal(rate: float, slope: float | None, stage: int | None = None) -> Goal:
    """The goal of an open workload, which says nothing of users."""
    return Goal(users=0, spawn_rate=1.0, stage=stage, rate=rate, slope=slope)
