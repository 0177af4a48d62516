"""A run that is not there: its clock, its users, and what a shape can and cannot ask of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from math import ceil, floor
from random import Random
from types import FrameType
from typing import Any

from locust import LoadTestShape

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


class Clock:
    """The clocks of `time`: real ones, and once `elapsed` is a number moved by nothing else."""

    def __init__(self) -> None:
        self.elapsed: float | None = None
        self._real_sleep: Callable[[float], None] = time.sleep
        ours: dict[str, Callable[..., Any]] = {"sleep": self._sleep}
        for name in ("time", "monotonic", "perf_counter"):
            read = ours[name] = self._reading(getattr(time, name))
            ours[f"{name}_ns"] = lambda read=read: round(read() * 1e9)
        for name in ("localtime", "gmtime"):
            ours[name] = _filled(getattr(time, name))
        vars(time).update(ours)

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
