"""The load, changed by one hand at a time: the shape's or the operator's.

Shapes go through the same `_change` as the operator's commands, so hold, resume, next, undo and
changes by hand work over every shape. A change by hand while a shape runs holds the shape.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from lftui.generator.drivers import Driver
from lftui.generator.load import Level, Load
from lftui.generator.locust_host import LocustHost
from lftui.plan import PlanError, RunPlan, check_rate, check_users
from lftui.records import AddRate, AddUsers, Command, Marked, MarkType, SetRate, SetUsers
from lftui.shapes import Goal
from lftui.shapes.rates import check_arrival_rate

_UNDO_DEPTH = 50
_STEP_S = 5.0


class Pilot:
    """Decides which load is on and tells Locust's runner.

    Args:
        host: Locust.
        driver: the shape.
        load: how a level becomes load.
        plan: limits and defaults.
        mark: is called with each mark, after the interval before it was cut.
        end: is called once, when the shape or the run time is over.
    """

    def __init__(
        self,
        host: LocustHost,
        driver: Driver,
        load: Load,
        plan: RunPlan,
        mark: Callable[[Marked], None],
        end: Callable[[str], None],
    ) -> None:
        self._host = host
        self._driver = driver
        self.load = load
        self._plan = plan
        self._is_open = plan.open_workload is not None
        self._mark = mark
        self._end = end
        self.level = Level(0, plan.spawn_rate, rate=0.0 if self._is_open else None)
        self.paused: Level | None = None
        self.stopping = False
        self._goal: Goal | None = None
        self._goal_since = 0.0
        self._classes: Any = None
        self._undo: list[Level] = []
        self._began: float | None = None
        self._all_run_since: float | None = None
        self._follower: Any = None

    @property
    def shape_s(self) -> float | None:
        """Shape time in seconds, once it runs."""
        return None if self._began is None else round(self._driver.elapsed_s(), 3)

    def begin(self) -> None:
        """Start the shape, and the load with it."""
        self._began = time.monotonic()
        self._driver.begin()
        self._follower = gevent.spawn(self._follow)

    def leave(self) -> None:
        """Stop following the shape; the run is about to end."""
        self.stopping = True
        if self._follower is not None and self._follower is not gevent.getcurrent():
            self._follower.kill(block=False)

    def _follow(self) -> None:
        while not self.stopping:
            if self._is_over():
                self._end("the run time is over")
                return
            if not self.level.held and self.paused is None and not self._follow_goal():
                self._end("the load shape has ended")
                return
            gevent.sleep(self._driver.step_s)

    def _is_over(self) -> bool:
        limit = self._plan.run_time_s
        since = self._began if self._plan.run_time_from == "start" else self._when_all_run()
        return limit is not None and since is not None and time.monotonic() - since >= limit

    def _when_all_run(self) -> float | None:
        """When all users that were wanted first were there; None before that."""
        runner, wanted = self._host.runner, self.level.users
        all_run = runner.state == "running" and 0 < wanted <= runner.user_count
        if self._all_run_since is None and all_run:
            self._all_run_since = time.monotonic()
        return self._all_run_since

    def _follow_goal(self, command: Command | None = None) -> bool:
        goal = self._driver.goal()
        if goal is None:
            return False
        classes = self._driver.classes
        if goal != self._goal or classes != self._classes:
            self._classes = classes
            now = time.monotonic()
            staged = goal.stage is not None and (
                self._goal is None or goal.stage != self._goal.stage
            )
            # A wave or a fine ramp changes every second; a mark is for what one may look up.
            telling = staged or bool(command) or now - self._goal_since >= _STEP_S
            self._goal, self._goal_since = goal, now
            kind = "stage" if staged else self._kind
            self._change(Level.of(goal), kind, command, telling, who="shape")
        return True

    @property
    def _kind(self) -> MarkType:
        return "rate" if self._is_open else "users"

    # --- the operator's hand -------------------------------------------------------------------

    def add_rate(self, command: AddRate) -> None:
        """More or fewer iterations a second than are wanted now; never below none."""
        self._refuse_paused()
        self._refuse_closed()
        rate = max((self.load.here(self.level).rate or 0.0) + command.delta, 0.0)
        self._go_to_rate(rate, command)

    def set_rate(self, command: SetRate) -> None:
        """An exact rate."""
        self._refuse_paused()
        self._refuse_closed()
        self._go_to_rate(command.rate, command)

    def _go_to_rate(self, rate: float, command: Command) -> None:
        if rate:
            check_arrival_rate(f"the rate {rate:g}", rate)
        if self._plan.max_rps is not None and rate > self._plan.max_rps:
            raise PlanError(
                f"the rate is {rate:g}/s, over this target's ceiling of {self._plan.max_rps:g}"
                " requests a second"
            )
        base = self._take_over(command)
        level = msgspec.structs.replace(base, rate=round(rate, 6), slope=None)
        self._change(level, "rate", command)

    def add_users(self, command: AddUsers) -> None:
        """More or fewer users than are wanted now; never below none."""
        self._refuse_paused()
        self._refuse_open()
        rate = self._rate(command.spawn_rate)
        users = max(self._here().users + command.delta, 0)
        check_users(users, "the number of users", self._plan.max_users)
        base = self._take_over(command)
        self._change(Level(users, rate, None, base.stage, base.held), "users", command)

    def set_users(self, command: SetUsers) -> None:
        """An exact number of users, or of users of some classes."""
        self._refuse_paused()
        self._refuse_open()
        rate = self._rate(command.spawn_rate)
        per_class = self._per_class(command.per_class) if command.per_class else None
        users = sum(per_class.values()) if per_class is not None else command.users
        if users is None:
            raise PlanError("say how many users there should be")
        check_users(users, "the number of users", self._plan.max_users)
        base = self._take_over(command)
        self._change(Level(users, rate, per_class, base.stage, base.held), "users", command)

    def hold(self, command: Command) -> None:
        """Freeze the shape where it is: in the middle of a ramp, at the users there are."""
        self._refuse_paused()
        if self.level.held:
            raise PlanError("the shape is held already; resume hands the load back to it")
        if not self._driver.keeps_time:
            raise PlanError("this load is by hand already; there is no shape to hold")
        self._undo.append(self.level)
        self._hold_here(command, why=getattr(command, "why", ""))

    def resume(self, command: Command) -> None:
        """Hand the load back to the shape."""
        self._refuse_paused()
        if not self.level.held:
            raise PlanError("the shape is not held; there is nothing to resume")
        self._undo.append(self.level)
        self._hand_back()
        self._tell("resume", command, self.level)

    def next_stage(self, command: Command) -> None:
        """Begin the shape's next stage now."""
        self._refuse_paused()
        self._driver.next_stage()
        if self.level.held:
            self._hand_back()
        self._goal = None
        self._follow_goal(command)

    def pause(self, command: Command) -> None:
        """No load; the shape stands still, the figures stay."""
        self._refuse_paused()
        before = self.level
        self._driver.freeze()
        self._change(self.load.without(before), "pause", command)
        self.paused = before

    def unpause(self, command: Command) -> None:
        """Back to the load before the pause."""
        if self.paused is None:
            raise PlanError("the run is not paused")
        before = self.paused
        if not before.held:
            self._driver.thaw()
        self._change(before, "unpause", command)
        self.paused = None

    def undo(self, command: Command) -> None:
        """Take back the last change by hand."""
        self._refuse_paused()
        if not self._undo:
            raise PlanError("there is no change by hand to undo")
        before = self._undo.pop()
        if self.level.held and not before.held:
            self._driver.thaw()
        elif before.held and not self.level.held:
            self._driver.freeze()
        self._change(before, "undo", command)

    # --- how a change is made ------------------------------------------------------------------

    def _refuse_paused(self) -> None:
        if self.stopping:
            raise PlanError("the run is stopping")
        if self._began is None:
            raise PlanError("the run has not begun")
        if self.paused is not None:
            raise PlanError("the run is paused; unpause it first")

    def _refuse_open(self) -> None:
        if self._is_open:
            raise PlanError("this run's load is a rate, not a number of users; change the rate")

    def _refuse_closed(self) -> None:
        if not self._is_open:
            raise PlanError("this run's load is a number of users, not a rate; change the users")

    def _rate(self, asked: float | None) -> float:
        return check_rate(self._plan.spawn_rate if asked is None else asked, "the spawn rate")

    def _per_class(self, asked: dict[str, int]) -> dict[str, int]:
        wanted = self.level.per_class or self._host.planned_by_class()
        names = {cls.__name__ for cls in self._host.environment.user_classes}
        for name, users in asked.items():
            if name not in names:
                known = ", ".join(sorted(names))
                raise PlanError(f"no user class {name} in this run; there are {known}")
            check_users(users, f"the number of {name}", self._plan.max_users)
        return {**{name: wanted.get(name, 0) for name in names}, **asked}

    def _take_over(self, command: Command) -> Level:
        """The level that a change by hand starts from; a shape that runs is held first."""
        before = self.level
        if self._driver.keeps_time and not self.level.held:
            self._hold_here(command, why="changed by hand")
        self._undo.append(before)
        del self._undo[:-_UNDO_DEPTH]
        return self.level

    def _here(self) -> Level:
        """The level that a hold would keep: in the middle of a shape's ramp what there is."""
        ramping = self._driver.keeps_time and not self.level.held
        return self.load.here(self.level) if ramping else self.level

    def _hold_here(self, command: Command, why: str) -> None:
        here = self._here()
        self._driver.freeze()
        level = msgspec.structs.replace(here, held=True)
        if here != self.level:
            self._change(level, "hold", command, why=why)
        else:
            self._tell("hold", command, level, why=why)
            self.level = level

    def _hand_back(self) -> None:
        self._driver.thaw()
        self.level = msgspec.structs.replace(self.level, held=False)
        self._goal = None

    def _change(
        self,
        level: Level,
        kind: MarkType,
        command: Command | None,
        telling: bool = True,
        who: str = "",
        why: str = "",
    ) -> None:
        if telling:
            self._tell(kind, command, level, who, why)
        self.level = level
        self.load.apply(level)

    def _tell(
        self, kind: MarkType, command: Command | None, new: Level, who: str = "", why: str = ""
    ) -> None:
        old = self.level
        self._mark(
            Marked(
                type=kind,
                old=None if self._is_open else old.users,
                new=None if self._is_open else new.users,
                old_rate=old.rate,
                new_rate=new.rate,
                per_class=new.per_class or {},
                spawn_rate=None if self._is_open else new.spawn_rate,
                stage=new.stage,
                command_id=command.id if command else "",
                who=command.who if command else who,
                why=why,
            )
        )
