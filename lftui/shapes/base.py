"""What a load shape is: how many users, or which rate of iterations, there should be at each
moment of a run.

A shape knows nothing of clocks: every `t` is shape time, the seconds since it began, with the
time that it was held or paused left out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal

import msgspec

from lftui.plan import Stage, say_duration
from lftui.shapes.rate_line import RateLine

Unit = Literal["users", "rate"]

# What a preview of a shape without an end covers, when there is nothing better to go by.
_ENDLESS_PREVIEW_S = 60.0


class Goal(msgspec.Struct, frozen=True):
    """What is asked of the generator.

    Attributes:
        users: the users to reach.
        spawn_rate: users started or stopped a second on the way there.
        stage: index into the shape's stages; None for a shape without stages.
        per_class: users by user class, where a shape fixes them; they add up to `users`.
        rate: iterations a second to reach, of an open workload; `users` says nothing then.
        slope: how much the rate changes a second on the way there; None for at once.
    """

    users: int
    spawn_rate: float
    stage: int | None = None
    per_class: dict[str, int] | None = None
    rate: float | None = None
    slope: float | None = None


class Shape(ABC):
    """A load shape.

    Attributes:
        name: the word that `--shape` knows it by.
        unit: what it plans: users, or a rate of iterations (an open workload).
        stages: the planned plateaus; empty for a shape that plans none.
        duration_s: seconds until it ends; None if it runs until stopped.
        keeps_time: whether it changes the load by itself, so that it can be held; without, its
            first goal is all it asks for and the level is set by hand.
    """

    name: str
    unit: Unit = "users"
    keeps_time: bool = True
    stages: tuple[Stage, ...] = ()
    duration_s: float | None = None

    @abstractmethod
    def goal(self, t: float) -> Goal | None:
        """What to ask for at `t`; None when the shape has ended."""

    @abstractmethod
    def users(self, t: float) -> int | None:
        """The users there will be at `t`, ramps included; None when the shape has ended.

        A shape of a rate plans none: 0 until it ends.
        """

    def rate(self, t: float) -> float | None:
        """The iterations a second at `t`, ramps included; None when the shape has ended, or where
        it is one of users."""
        return None

    def level(self, t: float) -> float | None:
        """What the shape plans, at `t`: users, or iterations a second."""
        return self.rate(t) if self.unit == "rate" else self.users(t)

    @abstractmethod
    def sentence(self) -> str:
        """The shape in one sentence for the operator, beginning with its name."""

    @property
    @abstractmethod
    def peak(self) -> int:
        """The most users there will be; 0 for a shape of a rate."""

    @property
    def peak_rate(self) -> float:
        """The most iterations a second there will be; 0 for a shape of users."""
        return 0.0

    def iterations(self) -> float | None:
        """The iterations whose time comes while the shape lasts; None where there is no end, or
        where it is one of users."""
        if self.unit != "rate" or not self.stages:
            return None
        lines = zip(self.rate_lines, self.stages, strict=True)
        return sum(line.due(0.0, stage.length_s) for line, stage in lines)

    @cached_property
    def rate_lines(self) -> tuple[RateLine, ...]:
        """How the rate goes in each stage, by the seconds since that began."""
        rates = [stage.rate or 0.0 for stage in self.stages]
        ways = zip([0.0, *rates], rates, self.stages, strict=False)
        return tuple(RateLine(0.0, before, rate, stage.slope) for before, rate, stage in ways)

    def next_stage_at(self, t: float) -> float | None:
        """When the next stage begins; None when there is none."""
        starts = list(accumulate(stage.length_s for stage in self.stages[:-1]))
        following = bisect_right(starts, t)
        return starts[following] if following < len(starts) else None

    def preview_s(self) -> float:
        """The seconds that `preview` covers: all of the shape, if it has an end."""
        return _ENDLESS_PREVIEW_S if self.duration_s is None else self.duration_s

    def preview(self, points: int = 120) -> list[tuple[float, float]]:
        """`points` pairs of time and users, or rate, evenly spaced from the begin, before the
        end."""
        times = (self.preview_s() * i / points for i in range(points))
        return [(t, level) for t in times if (level := self.level(t)) is not None]


class Limited(Shape):
    """Another shape, ended by `-t`."""

    def __init__(self, shape: Shape, limit_s: float) -> None:
        """Ends `shape` after `limit_s` seconds, if it has not ended by then."""
        self.shape = shape
        self.name, self.unit = shape.name, shape.unit
        self.keeps_time = shape.keeps_time
        self.duration_s = limit_s if shape.duration_s is None else min(limit_s, shape.duration_s)
        self._limit_s = limit_s
        self.stages = _cut(shape.stages, limit_s)

    def goal(self, t: float) -> Goal | None:
        """What the shape asks for, until the limit."""
        return self.shape.goal(t) if t < self._limit_s else None

    def users(self, t: float) -> int | None:
        """The shape's users, until the limit."""
        return self.shape.users(t) if t < self._limit_s else None

    def rate(self, t: float) -> float | None:
        """The shape's rate, until the limit."""
        return self.shape.rate(t) if t < self._limit_s else None

    def sentence(self) -> str:
        """The shape's sentence, and when it is ended."""
        return f"{self.shape.sentence()}; ended by -t after {say_duration(self._limit_s)}"

    @property
    def peak(self) -> int:
        """The most users there will be before the limit."""
        if not self.stages:
            return self.shape.peak
        # Within a stage users only rise or only fall: its ends are enough to look at.
        last = self.users(self._last_s()) or 0
        return max([last, *(stage.users for stage in self.stages[:-1])])

    @property
    def peak_rate(self) -> float:
        """The most iterations a second there will be before the limit."""
        if not self.stages:
            return self.shape.peak_rate
        # Within a stage the rate only rises or only falls, as well.
        last = self.rate(self._last_s()) or 0.0
        return max([last, *(stage.rate or 0.0 for stage in self.stages[:-1])])

    def _last_s(self) -> float:
        return self.preview_s() * (1.0 - 1e-12)


def _cut(stages: tuple[Stage, ...], limit_s: float) -> tuple[Stage, ...]:
    """The stages that begin before the limit, the last one no longer than to it."""
    edges = list(accumulate((stage.length_s for stage in stages), initial=0.0))
    return tuple(
        stage if end <= limit_s else msgspec.structs.replace(stage, length_s=limit_s - start)
        for stage, (start, end) in zip(stages, pairwise(edges), strict=True)
        if start < limit_s
    )
