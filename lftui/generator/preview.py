"""A LoadTestShape of a locustfile, run ahead against a simulated clock, in a process of its own.

Run as `python -P -m lftui.generator.preview`. A line on stdin says what to preview (a command
line may hold secrets, so it is in no `argv`), a line on stdout answers; what the locustfile
prints goes nowhere. The process then waits to be ended, with all that the locustfile started.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from math import ceil, floor, inf
from random import Random
from time import monotonic
from types import FrameType
from typing import Any

import gevent
import msgspec
from locust import LoadTestShape

from lftui.generator import native
from lftui.generator.command_line import Parsed
from lftui.generator.scenario import Scenario, ScriptExit, chosen_classes
from lftui.generator.watchdog import Watchdog, say_frame
from lftui.plan import PlanError, check_rate, check_users, say_duration
from lftui.safe_text import Redactor

CAP_S = 24 * 3600.0
REAL_CAP_S = 5.0
# In a run each tick comes a little late: `get_run_time() <= 30` is over at the 30th second.
_LATE_S = 2.0**-10
_SOON = 1e-9
# What a tick must not do thousands of times in a second, or without a run.
_OUTSIDE = {
    "socket.connect": "opens a connection",
    "socket.getaddrinfo": "looks up an address",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.fork": "starts a process",
}
Goal = tuple[int, float]


class Request(msgspec.Struct, frozen=True):
    """What to preview; `own` are lftui's options, `answer_by` is a time of the monotonic clock."""

    argv: list[str]
    own: dict[str, bool]
    shape: str
    answer_by: float


class Walk(msgspec.Struct):
    """How it went: `goals` are the changes of what `tick` asked for (time, users, spawn rate)."""

    points: list[tuple[float, int]] = []
    goals: list[tuple[float, int, float]] = []
    until_s: float = 0.0
    ended: bool = False
    by_chance: bool = False
    reason: str = ""


class Clock:
    """The clocks of `time`: real ones, and once `elapsed` is a number moved by nothing else."""

    def __init__(self) -> None:
        self.elapsed: float | None = None
        for name in ("time", "monotonic", "perf_counter"):
            read = self._reading(getattr(time, name))
            setattr(time, name, read)
            setattr(time, f"{name}_ns", lambda read=read: round(read() * 1e9))
        for name in ("localtime", "gmtime"):
            setattr(time, name, _filled(getattr(time, name)))
        self._real_sleep: Callable[[float], None] = time.sleep
        time.sleep = self._sleep  # type: ignore[assignment]

    def _reading(self, real: Callable[[], float]) -> Callable[[], float]:
        zero: list[float] = []  # in whole seconds, so that differences come out exact

        def read() -> float:
            if self.elapsed is None:
                return real()
            if not zero:
                zero.append(ceil(real()))
            return zero[0] + self.elapsed + (_LATE_S if self.elapsed else 0.0)

        return read

    def _sleep(self, seconds: float) -> None:
        if self.elapsed is None:
            self._real_sleep(seconds)
        else:
            self.elapsed += max(0.0, seconds)


def _filled(convert: Callable[[float], Any]) -> Callable[..., Any]:
    return lambda seconds=None: convert(time.time() if seconds is None else seconds)


class Outside:
    """Notices when a tick asks for what there is not before a run; `seen` says for what.

    `by_chance` is whether it draws random numbers: then the next run is another one.
    """

    def __init__(self) -> None:
        self.seen = ""
        self.by_chance = False
        self._ticking = False
        sys.addaudithook(self._audit)

    def tick(self, shape: LoadTestShape) -> Any:
        """What the shape's `tick` returns."""
        self._ticking = True
        sys.setprofile(self._profile)
        try:
            return shape.tick()
        finally:
            sys.setprofile(None)
            self._ticking = False

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._ticking:
            return
        doing = _OUTSIDE.get(event, "")
        if event == "open":
            path, _, flags = args
            if str(path).startswith(("/proc/", "/sys/")):
                doing = "reads the machine's own figures"
            elif flags & (os.O_WRONLY | os.O_RDWR):
                doing = "writes a file"
        if doing:
            self.seen = self.seen or f"tick() {doing}"
            raise OSError(self.seen)

    def _profile(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call":
            return
        owner, name = getattr(called, "__self__", None), called.__name__
        if name in ("now", "utcnow", "today") and isinstance(owner, type):
            if issubclass(owner, date):
                self.seen = f"it reads the real clock with {owner.__name__}.{name}()"
        elif isinstance(owner, Random):
            self.by_chance = True


class StandIn:
    """In the place of the runner and its environment: knows what there is before a run."""

    def __init__(self, name: str, outside: Outside, **known: Any) -> None:
        self.know(**known, _name=name, _outside=outside)

    def know(self, **known: Any) -> None:
        """Have these attributes from now on."""
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            self._outside.seen = f"it reads {self._name}.{name}, which only a run has"
        raise AttributeError(f"no {name} before a run")


class Dispatch:
    """Users on their way to a goal, in batches as Locust's dispatcher moves them."""

    def __init__(self) -> None:
        self.users = 0
        self.points: list[tuple[float, int]] = [(0.0, 0)]
        self._target, self._batch, self._wait_s, self._next = 0, 1, 1.0, 0.0

    def aim(self, t: float, users: int, rate: float) -> None:
        """From now on towards this number of users."""
        self._target, self._batch = users, max(1, floor(rate))
        self._wait_s, self._next = self._batch / rate, t

    def follow(self, t: float) -> None:
        """Move the users that are moved before `t`."""
        while self.users != self._target and self._next < t - _SOON:
            if self._next - self.points[-1][0] > self._wait_s + _SOON:
                self._point(self._next)
            missing = self._target - self.users
            self.users += max(-self._batch, min(self._batch, missing))
            self._point(self._next)
            self._next += self._wait_s

    def end(self, t: float) -> list[tuple[float, int]]:
        """The users over time, up to `t`."""
        self.follow(t)
        self._point(t)
        return self.points

    def _point(self, t: float) -> None:
        self.points.append((round(t, 6), self.users))


class Preview:
    """One preview of one shape; it takes over the clocks of this process."""

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
        shape.runner = runner  # type: ignore[assignment]
        shape.reset_time()
        return shape, runner, float(options.run_time or inf)

    def _end(self) -> None:
        self._quit = True

    def _go(self, shape: LoadTestShape, runner: StandIn, run_time_s: float) -> Walk:
        """Tick once a simulated second, to the end or to a limit."""
        walk, dispatch, clock = Walk(), Dispatch(), self._clock
        last: Goal | None = None
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


class _Answer:
    """The two ends of whoever asked: kept away from the locustfile."""

    def __init__(self) -> None:
        nowhere = os.open(os.devnull, os.O_RDWR)
        self._asked, self._out = os.dup(0), os.dup(1)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)

    def request(self) -> Request:
        """What is asked for."""
        line = b""
        while not line.endswith(b"\n") and (data := os.read(self._asked, 65536)):
            line += data
        return msgspec.json.decode(line, type=Request)

    def give(self, walk: Walk) -> None:
        """Answer, and wait to be ended; whoever asked may be gone as well."""
        line = msgspec.json.encode(walk) + b"\n"
        while line:
            line = line[os.write(self._out, line) :]
        os.read(self._asked, 1)
        os._exit(0)


def main() -> None:
    """Preview one shape."""
    answer = _Answer()
    request = answer.request()
    preview = Preview(request)
    watchdog = Watchdog(lambda: 0.0, lambda level, text: None)
    watchdog.watch_loading(gevent.getcurrent())

    def give_up() -> None:
        native.sleep(max(0.0, request.answer_by - monotonic()))
        late = f"{preview.doing} did not end in time; it stands at {watchdog.where()}"
        answer.give(preview.failed(late))

    native.start_thread(give_up)
    answer.give(preview.run())


if __name__ == "__main__":
    main()
