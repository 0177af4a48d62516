"""The wave shape: up and down like day and night."""

from __future__ import annotations

from math import cos, pi

from lftui.plan import say_duration
from lftui.shapes.base import Goal, Shape
from lftui.shapes.level import ramped
from lftui.shapes.parameters import Given, Kind, Parameter, either
from lftui.shapes.staged import round_up

_SHORTEST_PERIOD_S = 2.0


class Wave(Shape):
    """A sine between two levels, beginning at the lower one. It has no plateaus, so no stages."""

    name = "wave"

    def __init__(
        self, low: int, high: int, period_s: float, spawn_rate: float, duration_s: float | None
    ) -> None:
        """`spawn_rate` must be at least `steepest(low, high, period_s)`."""
        self.duration_s = duration_s
        self._low, self._high, self._period_s = low, high, period_s
        self._spawn_rate = spawn_rate

    def goal(self, t: float) -> Goal | None:
        """The wave's users at `t`, to be asked for again and again."""
        if self.duration_s is not None and t >= self.duration_s:
            return None
        return Goal(self._wave(t), self._spawn_rate)

    def users(self, t: float) -> int | None:
        """The wave, once the ramp at the begin has caught up with it."""
        goal = self.goal(t)
        return None if goal is None else min(goal.users, ramped(self._spawn_rate, t))

    def _wave(self, t: float) -> int:
        height = (1.0 - cos(2.0 * pi * max(0.0, t) / self._period_s)) / 2.0
        return round(self._low + (self._high - self._low) * height)

    def sentence(self) -> str:
        """Levels, period and end."""
        end = "until stopped" if self.duration_s is None else f"for {say_duration(self.duration_s)}"
        return (
            f"wave: from {self._low} to {self._high} users and back every "
            f"{say_duration(self._period_s)}, {end}"
        )

    @property
    def peak(self) -> int:
        """The crest, or how far it comes before an early end."""
        if self.duration_s is None or self.duration_s >= self._period_s / 2:
            return self._high
        return self._wave(self.duration_s)

    def preview_s(self) -> float:
        """Without an end: two periods."""
        return 2 * self._period_s if self.duration_s is None else self.duration_s


def steepest(low: int, high: int, period_s: float) -> float:
    """The most users a second by which the wave changes: its slope half way up."""
    return (high - low) * pi / period_s


def build(given: Given) -> Shape:
    """Between `min` and `max` and back in each `period`."""
    high = given.users("max", either(given.asked_users, 100))
    low = given.users("min", high // 10)
    if high <= low:
        raise given.error(
            f"max={high} is not above min={low}; set a higher max= (or -u) or a lower min="
        )
    period_s = given.seconds("period", 300.0)
    if period_s < _SHORTEST_PERIOD_S:
        raise given.error(
            f"period={say_duration(period_s)} is too short for users to follow; "
            f"write at least {say_duration(_SHORTEST_PERIOD_S)}"
        )
    slope = steepest(low, high, period_s)
    # Twice the slope, so that the ramp at the begin catches up soon.
    own = round_up(max(1.0, 2 * slope, low / 5))
    rate = given.rate("rate", either(given.asked_rate, own))
    if rate < slope:
        raise given.error(
            f"it changes by up to {round_up(slope):g} users a second, more than the rate of "
            f"{rate:g}; use a rate of at least {round_up(slope):g} or a longer period="
        )
    return Wave(low, high, period_s, rate, given.seconds("duration", given.asked_time_s))


KIND = Kind(
    "wave",
    "up and down like day and night: does it scale, and scale back",
    (
        Parameter("min", "users", "a tenth of max", "users in the trough"),
        Parameter("max", "users", "-u, or 100", "users on the crest"),
        Parameter("period", "duration", "5m", "from trough to trough, at least 2s"),
        Parameter("rate", "rate", "-r, or twice what it takes", "users started a second"),
        Parameter("duration", "duration", "-t, or until stopped", "how long"),
    ),
    build,
)
