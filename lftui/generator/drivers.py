"""Shape time: which load a shape asks for now, over lftui's shapes and Locust's alike.

A driver's clock can be frozen (hold, pause) and moved to the next stage; the shape itself only
ever sees the seconds that the driver shows it.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

from locust import LoadTestShape, User

from lftui.plan import PlanError, RunPlan
from lftui.shapes import Goal, Shape, parse_shape

_LOOK_AHEAD_S = 3600


class Driver(Protocol):
    """What the pilot needs of a shape."""

    step_s: float
    keeps_time: bool
    classes: list[type[User]] | None

    def begin(self) -> None:
        """Shape time starts to run."""

    def goal(self) -> Goal | None:
        """The load to be on now; None when the shape has ended."""

    def elapsed_s(self) -> float:
        """Shape time."""

    def freeze(self) -> None:
        """Shape time stands still."""

    def thaw(self) -> None:
        """Shape time goes on."""

    def next_stage(self) -> None:
        """Move shape time to where the next stage begins; PlanError where there is none."""


class _Clock:
    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._frozen: float | None = None

    def elapsed(self) -> float:
        now = time.perf_counter() if self._frozen is None else self._frozen
        return now - self._started

    def freeze(self) -> None:
        if self._frozen is None:
            self._frozen = time.perf_counter()

    def thaw(self) -> float:
        """Go on; the seconds that it stood still."""
        if self._frozen is None:
            return 0.0
        still, self._frozen = time.perf_counter() - self._frozen, None
        self._started += still
        return still

    def skip(self, seconds: float) -> None:
        self._started -= seconds


class OwnDriver:
    """Drives one of lftui's shapes."""

    step_s = 0.2
    classes: list[type[User]] | None = None

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._clock = _Clock()
        self.keeps_time = shape.keeps_time

    def begin(self) -> None:
        self._clock = _Clock()

    def goal(self) -> Goal | None:
        return self._shape.goal(self._clock.elapsed())

    def elapsed_s(self) -> float:
        return self._clock.elapsed()

    def freeze(self) -> None:
        self._clock.freeze()

    def thaw(self) -> None:
        self._clock.thaw()

    def next_stage(self) -> None:
        now = self._clock.elapsed()
        begins = self._shape.next_stage_at(now)
        if begins is None:
            raise PlanError("the shape has no further stage; stop the run or change users by hand")
        self._clock.skip(begins - now + 1e-6)


class LocustDriver:
    """Drives a LoadTestShape of the locustfile, one `tick` a second as Locust does."""

    step_s = 1.0
    keeps_time = True

    def __init__(self, shape: LoadTestShape) -> None:
        self._shape = shape
        self._clock = _Clock()
        self._last: Any = None
        self.classes: list[type[User]] | None = None

    def begin(self) -> None:
        self._clock = _Clock()
        self._shape.reset_time()

    def goal(self) -> Goal | None:
        self._last = self._shape.tick()
        return self._goal_of(self._last)

    def elapsed_s(self) -> float:
        return self._clock.elapsed()

    def freeze(self) -> None:
        self._clock.freeze()

    def thaw(self) -> None:
        self._shape.start_time += self._clock.thaw()

    def next_stage(self) -> None:
        """Look ahead, a second at a time, for the next change of what `tick` says."""
        began = self._shape.start_time
        for seconds in range(1, _LOOK_AHEAD_S):
            self._shape.start_time = began - seconds
            ahead = self._shape.tick()
            if ahead is None:
                break
            if ahead != self._last:
                self._clock.skip(seconds)
                return
        self._shape.start_time = began
        raise PlanError(
            f"{type(self._shape).__name__} shows no further stage; change users by hand"
        )

    def _goal_of(self, tick: Any) -> Goal | None:
        if tick is None:
            return None
        users, rate, *classes = tick
        self.classes = classes[0] if classes else None
        return Goal(users=int(users), spawn_rate=float(rate), stage=None)


def driver_of(shape: LoadTestShape | None, plan: RunPlan) -> Driver:
    """The driver of the locustfile's shape, where the plan has chosen it, or of one of lftui's."""
    if shape is not None:
        return LocustDriver(shape)
    run_time_s = plan.run_time_s if plan.run_time_from == "start" else None
    spec = plan.shape or "constant"
    return OwnDriver(parse_shape(spec, plan.given_users, plan.given_rate, run_time_s))
