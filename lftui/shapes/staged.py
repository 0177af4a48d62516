"""A shape made of planned plateaus, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import ceil, floor, log10

from lftui.plan import PlanError, Stage, say_duration
from lftui.shapes.base import Goal, Shape
from lftui.shapes.level import ramped

MAX_STAGES = 1000
"""More stages than this are a slip of the pen."""


class Staged(Shape):
    """Goes from stage to stage, beginning without users.

    As Locust does it, users go from the level before to the stage's in a straight line, at the
    stage's spawn rate, both up and down.
    """

    def __init__(
        self, name: str, stages: Sequence[Stage], sentence: str, length_key: str = ""
    ) -> None:
        """Checks the stages; `length_key` is the parameter that sets their length, if one does.

        Raises:
            PlanError: there are no stages, too many or none with users, or one is shorter than
                its ramp.
        """
        self.name = name
        self.stages = tuple(stages)
        check_stages(name, self.stages, length_key)
        edges = list(accumulate((stage.length_s for stage in self.stages), initial=0.0))
        self._starts = edges[:-1]
        self._end_s = self.duration_s = edges[-1]
        self._goals = [Goal(s.users, s.spawn_rate, i) for i, s in enumerate(self.stages)]
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

    def sentence(self) -> str:
        """The sentence it was made with."""
        return self._sentence

    @property
    def peak(self) -> int:
        """The highest stage."""
        return max(stage.users for stage in self.stages)

    def _index(self, t: float) -> int:
        return max(0, bisect_right(self._starts, t) - 1)


def check_stages(name: str, stages: Sequence[Stage], length_key: str = "") -> None:
    """Refuses stages that cannot work; the arguments are those of `Staged`."""
    if not stages:
        raise PlanError(f"the shape '{name}' has no stages; give it at least one")
    if len(stages) > MAX_STAGES:
        raise PlanError(
            f"the shape '{name}' has {len(stages)} stages, which is more than {MAX_STAGES}; "
            "use fewer and larger ones"
        )
    if not any(stage.users for stage in stages):
        raise PlanError(
            f"the shape '{name}' never has a user; give it some, or use the shape 'manual'"
        )
    before = 0
    for number, stage in enumerate(stages, start=1):
        _check_ramp(name, number, stage, before, length_key)
        before = stage.users


def _check_ramp(name: str, number: int, stage: Stage, before: int, length_key: str) -> None:
    ramp_s = abs(stage.users - before) / stage.spawn_rate
    if ramp_s <= stage.length_s * (1.0 + 1e-9):
        return
    rate = round_up(abs(stage.users - before) / stage.length_s)
    longer = f"{length_key}={_say_up(ramp_s)}" if length_key else f"a length of {_say_up(ramp_s)}"
    raise PlanError(
        f"the shape '{name}', stage {number}: it lasts {say_duration(stage.length_s)}, but the "
        f"ramp from {before} to {stage.users} users at {stage.spawn_rate:g} a second takes "
        f"{_say_up(ramp_s)}; use a rate of at least {rate:g} or {longer}"
    )


def round_up(value: float) -> float:
    """The value rounded up to 3 significant digits, so that a rate that is proposed fits."""
    unit = 10.0 ** (floor(log10(value)) - 2)
    return float(f"{ceil(value / unit * (1.0 - 1e-9)) * unit:.3g}")


def _say_up(seconds: float) -> str:
    return say_duration(ceil(seconds * 10 * (1.0 - 1e-9)) / 10)
