"""One shape, asked for its ticks one simulated second after the other."""

from __future__ import annotations

import os
import traceback
from math import inf
from time import monotonic
from typing import Any, cast

from locust import LoadTestShape

from lftui.generator.command_line import Parsed
from lftui.generator.preview.exchange import Request, Walk
from lftui.generator.preview.simulation import Clock, Dispatch, Outside, StandIn
from lftui.generator.scenario import Scenario, ScriptExit, chosen_classes
from lftui.generator.watchdog import say_frame
from lftui.plan import PlanError, check_rate, check_users, say_duration
from lftui.safe_text import Redactor

CAP_S = 24 * 3600.0
REAL_CAP_S = 5.0
Goal = tuple[int, float]


class Walker:
    """Goes one shape ahead, once; it takes over the clocks of this process."""

    def __init__(self, request: Request) -> None:
        self.doing = "the import of the locustfile"
        self._request = request
        self._stop_at = monotonic() + 0.8 * (request.answer_by - monotonic())
        self._redactor = Redactor.from_environment(os.environ)
        self._clock, self._outside = Clock(), Outside()
        self._quit = False

    def run(self) -> Walk:
        """Import, walk, and say how it went."""
        try:
            return self._go(*self._prepare())
        except (PlanError, ScriptExit) as error:
            why = str(error)
        except BaseException as error:
            *_, (frame, _) = traceback.walk_tb(error.__traceback__)
            kind = type(error).__name__
            why = f"{self.doing} raises {kind}: {error} ({say_frame(frame)})"
        return self.failed(self._outside.seen or why)

    def failed(self, why: str) -> Walk:
        """There is no preview, and why."""
        return Walk(reason=self._redactor.line(why, 600))

    def _prepare(self) -> tuple[LoadTestShape, StandIn, float]:
        """The shape as it is before a run, its runner, and when the run is over at the latest."""
        request = self._request
        scenario = Scenario(request.argv)
        parsed = Parsed(request.argv, request.own)
        options, outside = parsed.options, self._outside
        self._redactor.add(parsed.secrets())
        if request.shape not in scenario.shapes:
            there = ", ".join(scenario.shapes) or "none"
            raise PlanError(f"the locustfile has no shape {request.shape}; there is {there}")
        options.num_users = 1 if options.num_users is None else options.num_users
        options.spawn_rate = 1.0 if options.spawn_rate is None else options.spawn_rate
        self.doing, self._clock.elapsed = f"{request.shape}()", 0.0
        shape = type(scenario.shapes[request.shape])()
        environment = StandIn(
            "environment", outside, parsed_options=options, host=options.host,
            shape_class=shape, user_classes=chosen_classes(scenario, options),
        )  # fmt: skip
        runner = StandIn("runner", outside, environment=environment, quit=self._end, stop=self._end)
        environment.know(runner=runner)
        shape.runner = cast(Any, runner)
        shape.reset_time()
        return shape, runner, float(options.run_time or inf)

    def _end(self) -> None:
        self._quit = True

    def _go(self, shape: LoadTestShape, runner: StandIn, run_time_s: float) -> Walk:
        """Tick once a simulated second, to the end or to a limit."""
        walk, dispatch, clock = Walk(), Dispatch(), self._clock
        last: Goal | None = None
        if monotonic() >= self._stop_at:
            raise PlanError("the import of the locustfile took all the time there was")
        stop_at = min(monotonic() + REAL_CAP_S, self._stop_at)
        limit_s = min(CAP_S, run_time_s)
        while not walk.ended and monotonic() < stop_at:
            t = walk.until_s = min(clock.elapsed or 0.0, limit_s)
            if t >= limit_s:
                walk.ended = t >= run_time_s
                break
            dispatch.follow(t)
            wanted = last[0] if last else 0
            state = "running" if dispatch.users == wanted else "spawning"
            runner.know(user_count=dispatch.users, target_user_count=wanted, state=state)
            goal = self._tick(shape, t)
            if goal is None:
                walk.ended = True
            elif goal != last:
                last = goal
                walk.goals.append((t, *goal))
                dispatch.aim(t, *goal)
            clock.elapsed = (clock.elapsed or 0.0) + 1.0
        walk.points = dispatch.end(walk.until_s)
        walk.by_chance = self._outside.by_chance
        return walk

    def _tick(self, shape: LoadTestShape, t: float) -> Goal | None:
        self.doing = f"tick() at {say_duration(t)}"
        said = self._outside.tick(shape)
        if self._outside.seen:
            raise PlanError(self._outside.seen)
        if said is None or self._quit:
            return None
        try:
            users, rate, *_ = said
            goal = int(users), float(rate)
        except (TypeError, ValueError, OverflowError):
            wrong = f"{self.doing} returns {said!r}; it must be (users, spawn_rate) or None"
            raise PlanError(wrong) from None
        what = f"what {self.doing} asks for"
        return check_users(goal[0], what), check_rate(goal[1], what)
