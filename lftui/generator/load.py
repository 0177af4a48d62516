"""What a run's load is made of: users, or a rate of iterations. The pilot steers either alike."""

from __future__ import annotations

from typing import Protocol

import msgspec

from lftui.generator.arrivals.counts import Counts
from lftui.generator.dispatch import ClassDispatcher
from lftui.generator.drivers import Driver
from lftui.generator.locust_host import LocustHost
from lftui.plan import OpenWorkload, RunPlan
from lftui.records import Arrivals
from lftui.shapes import Goal


class Level(msgspec.Struct, frozen=True):
    """The load that is wanted, and whether the shape was held at it. `rate` and `slope` are those
    of an open workload, which wants no number of users."""

    users: int
    spawn_rate: float
    per_class: dict[str, int] | None = None
    stage: int | None = None
    held: bool = False
    rate: float | None = None
    slope: float | None = None

    @classmethod
    def of(cls, goal: Goal) -> Level:
        """What a shape asks for."""
        return cls(
            users=goal.users,
            spawn_rate=goal.spawn_rate,
            per_class=goal.per_class,
            stage=goal.stage,
            rate=goal.rate,
            slope=goal.slope,
        )


class Load(Protocol):
    """How a level becomes load."""

    def apply(self, level: Level) -> None:
        """Go there."""

    def here(self, level: Level) -> Level:
        """The level that a hold in the middle of a ramp would keep."""

    def without(self, level: Level) -> Level:
        """No load at all, at once."""

    @property
    def is_on_its_way(self) -> bool:
        """Whether the level has not been reached yet."""

    def arrivals(self, level: Level) -> tuple[Arrivals | None, int]:
        """What has become of iterations since the last call, where they have times of their own;
        and the users that there should be."""


class UserLoad:
    """So many users, each at its own pace."""

    def __init__(self, host: LocustHost, driver: Driver) -> None:
        self._host = host
        self._driver = driver

    def apply(self, level: Level) -> None:
        """Let the runner go there, from wherever it is."""
        options, runner = self._host.options, self._host.runner
        options.num_users, options.spawn_rate = level.users, level.spawn_rate
        ClassDispatcher.wanted = level.per_class
        classes = self._driver.classes if level.per_class is None else None
        runner.start(level.users, level.spawn_rate, user_classes=classes)

    def here(self, level: Level) -> Level:
        """In the middle of a ramp the users that there are."""
        if self._host.runner.state != "spawning":
            return level
        return msgspec.structs.replace(level, users=int(self._host.runner.user_count))

    def without(self, level: Level) -> Level:
        """No users."""
        quick = max(level.spawn_rate, float(self._host.runner.user_count), 1.0)
        return msgspec.structs.replace(level, users=0, per_class=None, spawn_rate=quick)

    @property
    def is_on_its_way(self) -> bool:
        """Whether users are being started or stopped."""
        return self._host.runner.state in ("spawning", "ready")

    def arrivals(self, level: Level) -> tuple[None, int]:
        """Iterations follow one another here; the level says how many users."""
        return None, level.users


class Pace(Protocol):
    """Who keeps a rate: a pacer of this process, or those of its workers together."""

    def go_to(self, rate: float, slope: float | None, most: int) -> None:
        """Go to a rate, with so many users at most."""

    def rate(self) -> float:
        """The iterations a second of this moment."""

    @property
    def is_on_its_way(self) -> bool:
        """Whether the rate has not been reached yet."""

    def counts(self) -> Counts:
        """What has happened since the last call."""


class RateLoad:
    """So many iterations a second, by as many users as it takes."""

    def __init__(self, host: LocustHost, pace: Pace, plan: OpenWorkload) -> None:
        self._host = host
        self._pace = pace
        self._plan = plan
        self._begun = False

    def apply(self, level: Level) -> None:
        """Let the pacer go there; Locust's runner has only the users with a fixed count."""
        if not self._begun:
            self._begun = True
            self._begin()
        self._pace.go_to(level.rate or 0.0, level.slope, self._plan.max_users)

    def _begin(self) -> None:
        host, runner = self._host, self._host.runner
        counts = {cls.__name__: cls.fixed_count for cls in host.environment.user_classes}
        users = sum(counts.values())
        host.options.num_users = self._plan.max_users
        ClassDispatcher.wanted = counts
        runner.start(users, float(max(users, 1)))
        spawning = getattr(runner, "spawning_greenlet", None)
        if spawning is not None:
            # Its figures would count users that the pacer has made as too many.
            spawning.join()

    def here(self, level: Level) -> Level:
        """In the middle of a ramp the rate of this moment, as an operator would say it."""
        if not self._pace.is_on_its_way:
            return level
        return msgspec.structs.replace(level, rate=float(f"{self._pace.rate():.3g}"), slope=None)

    def without(self, level: Level) -> Level:
        """No iterations begin."""
        return msgspec.structs.replace(level, rate=0.0, slope=None)

    @property
    def is_on_its_way(self) -> bool:
        """Whether the rate is changing."""
        return self._pace.is_on_its_way

    def arrivals(self, level: Level) -> tuple[Arrivals, int]:
        """What has happened since the last call, and the users that there should be."""
        counts = self._pace.counts()
        return Arrivals(
            target_rate=level.rate or 0.0,
            due=counts.due,
            started=counts.started,
            late=counts.late,
            dropped=counts.dropped,
            waiting=counts.waiting,
            busy=counts.busy,
            free=counts.free,
            most=self._plan.max_users,
        ), counts.wanted


def load_of(host: LocustHost, driver: Driver, plan: RunPlan, shared: Pace | None) -> Load:
    """What the plan's load is made of.

    Args:
        shared: the rate that workers keep together; None without workers.

    Raises:
        PlanError: there is nobody to carry out an arrival.
    """
    workload = plan.open_workload
    if workload is None:
        return UserLoad(host, driver)
    if shared is not None:
        return RateLoad(host, shared, workload)
    # Most runs are closed, and their start does not wait for this.
    from lftui.generator.arrivals.pacer import Pacer

    environment = host.environment
    pacer = Pacer(host.runner, environment.user_classes, workload.arrivals)
    environment.events.test_stopping.add_listener(lambda **_: pacer.close())
    return RateLoad(host, pacer, workload)
