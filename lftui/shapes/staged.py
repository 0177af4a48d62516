"""A shape made of planned plateaus, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import ceil, floor, log10

from lftui.plan import PlanError, Stage, say_duration
from lftui.shapes.base import Goal, Shape
from lftui.shapes.level import ramped
from lftui.shapes.rate_level import rate_goal
from lftui.shapes.rates import say_number

MAX_STAGES = 1000
"""More stages than this are a slip of the pen."""


class Staged(Shape):
    """Goes from stage to stage, beginning without users, or without iterations.

    As Locust does it, users go from the level before to the stage's in a straight line, at the
    stage's spawn rate, both up and down. A rate of iterations goes by the stage's slope, or at
    once. The stages are all of users, or all of a rate.
    """

    def __init__(
        self, name: str, stages: Sequence[Stage], sentence: str, length_key: str = ""
    ) -> None:
        """Checks the stages; `length_key` is the parameter that sets their length, if one does.

        Raises:
            PlanError: there are no stages, too many or none with load, or one is shorter than
                its ramp.
        """
        self.name = name
        self.unit = "rate" if stages and stages[0].rate is not None else "users"
        self.stages = tuple(stages)
        check_stages(name, self.stages, length_key)
        edges = list(accumulate((stage.length_s for stage in self.stages), initial=0.0))
        self._starts = edges[:-1]
        self._end_s = self.duration_s = edges[-1]
        self._goals = [_goal(stage, index) for index, stage in enumerate(self.stages)]
        self._sentence = sentence

    def goal(self, t: float) -> Goal | None:
        """The goal of the stage at `t`."""
        return self._goals[self._index(t)] if t < self._end_s else None

    def users(self, t: float) -> int | None:
        """The users at `t`: on the way to the stage's or there."""
        if t >= self._end_s:
            return None
        index = self._index(t)
        stage = self.stages[index]
        before = self.stages[index - 1].users if index else 0
        moved = ramped(stage.spawn_rate, t - self._starts[index])
        if stage.users >= before:
            return min(stage.users, before + moved)
        return max(stage.users, before - moved)

    def rate(self, t: float) -> float | None:
        """The iterations a second at `t`: on the way to the stage's or there."""
        if self.unit == "users" or t >= self._end_s:
            return None
        index = self._index(t)
        return self.rate_lines[index].rate(t - self._starts[index])

    def sentence(self) -> str:
        """The sentence it was made with."""
        return self._sentence

    @property
    def peak(self) -> int:
        """The highest stage."""
        return max(stage.users for stage in self.stages)

    @property
    def peak_rate(self) -> float:
        """The highest stage of a rate."""
        return max(stage.rate or 0.0 for stage in self.stages)

    def _index(self, t: float) -> int:
        return max(0, bisect_right(self._starts, t) - 1)


def rate_stage(rate: float, slope: float | None, length_s: float) -> Stage:
    """A stage of an open workload: iterations a second, their change a second, seconds."""
    return Stage(users=0, spawn_rate=1.0, length_s=length_s, rate=rate, slope=slope)


def _goal(stage: Stage, index: int) -> Goal:
    if stage.rate is not None:
        return rate_goal(stage.rate, stage.slope, index)
    return Goal(stage.users, stage.spawn_rate, index)


def check_stages(name: str, stages: Sequence[Stage], length_key: str = "") -> None:
    """Refuses stages that cannot work; the arguments are those of `Staged`."""
    if not stages:
        raise PlanError(f"the shape '{name}' has no stages; give it at least one")
    if len(stages) > MAX_STAGES:
        raise PlanError(
            f"the shape '{name}' has {len(stages)} stages, which is more than {MAX_STAGES}; "
            "use fewer and larger ones"
        )
    if not any(stage.users or stage.rate for stage in stages):
        if stages[0].rate is not None:
            raise PlanError(f"the shape '{name}' never has an iteration; give it a rate above 0")
        raise PlanError(
            f"the shape '{name}' never has a user; give it some, or use the shape 'manual'"
        )
    before = 0.0
    for number, stage in enumerate(stages, start=1):
        _check_ramp(name, number, stage, before, length_key)
        before = stage.users if stage.rate is None else stage.rate


def _check_ramp(name: str, number: int, stage: Stage, before: float, length_key: str) -> None:
    of_users = stage.rate is None
    goal = stage.rate if stage.rate is not None else stage.users
    slope = stage.spawn_rate if of_users else stage.slope
    if slope is None:
        return
    ramp_s = abs(goal - before) / slope
    if ramp_s <= stage.length_s * (1.0 + 1e-9):
        return
    least = round_up(abs(goal - before) / stage.length_s)
    longer = f"{length_key}={_say_up(ramp_s)}" if length_key else f"a length of {_say_up(ramp_s)}"
    unit, word = ("users", "rate") if of_users else ("iterations a second", "slope")
    raise PlanError(
        f"the shape '{name}', stage {number}: it lasts {say_duration(stage.length_s)}, but the "
        f"ramp from {say_number(before)} to {say_number(goal)} {unit} at {slope:g} a second takes "
        f"{_say_up(ramp_s)}; use a {word} of at least {least:g} or {longer}"
    )


def round_up(value: float) -> float:
    """The value rounded up to 3 significant digits, so that a rate that is proposed fits."""
    unit = 10.0 ** (floor(log10(value)) - 2)
    return float(f"{ceil(value / unit * (1.0 - 1e-9)) * unit:.3g}")


def _say_up(seconds: float) -> str:
    return say_duration(ceil(seconds * 10 * (1.0 - 1e-9)) / 10)
