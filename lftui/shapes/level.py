"""A level of users without planned stages."""

from __future__ import annotations

from lftui.shapes.base import Goal, Shape


class Level(Shape):
    """Goes to a number of users and stays there, until stopped or for a time.

    It has no stages: a planned plateau has a planned length that its ramp fits into.
    """

    def __init__(
        self,
        name: str,
        users: int,
        spawn_rate: float,
        duration_s: float | None,
        sentence: str,
        keeps_time: bool = True,
    ) -> None:
        """`spawn_rate` in users a second; `duration_s` None runs until stopped."""
        self.name = name
        self.keeps_time = keeps_time
        self.duration_s = duration_s
        self._goal = Goal(users, spawn_rate)
        self._sentence = sentence

    def goal(self, t: float) -> Goal | None:
        """The same at any time."""
        return self._goal if self.duration_s is None or t < self.duration_s else None

    def users(self, t: float) -> int | None:
        """A ramp, then the level."""
        if self.duration_s is not None and t >= self.duration_s:
            return None
        return min(self._goal.users, ramped(self._goal.spawn_rate, t))

    def sentence(self) -> str:
        """The sentence it was made with."""
        return self._sentence

    @property
    def peak(self) -> int:
        """The level, or how far the ramp comes in a time that is too short for it."""
        if self.duration_s is None:
            return self._goal.users
        return min(self._goal.users, ramped(self._goal.spawn_rate, self.duration_s))

    def preview_s(self) -> float:
        """Without an end: the ramp and as long again, a minute at least."""
        ramp_s = self._goal.users / self._goal.spawn_rate
        return super().preview_s() if self.duration_s is not None else max(60.0, 2 * ramp_s)


def ramped(spawn_rate: float, seconds: float) -> int:
    """The users that are started or stopped in a time, whole ones only."""
    # The small part keeps 3 s at 0.1/s + 0.2/s and the like from losing a user to rounding.
    return int(spawn_rate * max(0.0, seconds) + 1e-6)
