"""A timer that rings in time.

libev, gevent's loop, waits in whole milliseconds, rounded up: at 200 arrivals a second that would
be seen in the times between them. Linux has timers that are files (timerfd) and precise.
"""

from __future__ import annotations

import ctypes
import math
import os
import time
from collections.abc import Callable
from typing import Any

import gevent

_CLOCK_MONOTONIC = 1
_ABSOLUTE = 1
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_READ = 1


class _Spec(ctypes.Structure):
    """`struct itimerspec`: the interval, which is none, and the moment."""

    _fields_ = (
        ("every_s", ctypes.c_long),
        ("every_ns", ctypes.c_long),
        ("at_s", ctypes.c_long),
        ("at_ns", ctypes.c_long),
    )


class Alarm:
    """Calls `ring` on the hub at the moment that was set last."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = gevent.get_hub().loop
        self._timer: Any = None
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._spec = _Spec()
        self._its_place = ctypes.byref(self._spec)
        self._fd = self._create()
        if self._fd >= 0:
            self._set_time = self._libc.timerfd_settime
            self._watcher = self._loop.io(self._fd, _READ)
            self._watcher.start(ring)

    def _create(self) -> int:
        try:
            return int(self._libc.timerfd_create(_CLOCK_MONOTONIC, _FLAGS))
        except AttributeError:  # not Linux
            return -1

    def set(self, at: float) -> None:
        """Ring at `at`, in monotonic seconds; at once where that is over, never where infinite."""
        if self._fd < 0:
            self._set_loosely(at)
            return
        # Setting the timer anew also takes back that it has rung. A time of 0 would stop it.
        spec = self._spec
        if math.isinf(at):
            spec.at_s = spec.at_ns = 0
        else:
            seconds = int(at)
            spec.at_s = seconds
            spec.at_ns = int((at - seconds) * 1e9) or 1
        self._set_time(self._fd, _ABSOLUTE, self._its_place, None)

    def _set_loosely(self, at: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        if not math.isinf(at):
            self._timer = self._loop.timer(max(at - time.monotonic(), 0.0))
            self._timer.start(self._ring)

    def close(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.stop()
        if self._fd >= 0:
            self._watcher.stop()
            self._watcher.close()
            os.close(self._fd)
            self._fd = -1
