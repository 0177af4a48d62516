"""Sees a blocked hub from outside and names the line of user code that blocks it.

While user code computes or waits without gevent, no request is sent, none is read, no command is
obeyed: every figure of that time is about the script, not about the target. A native thread
watches the hub's beat. It can also break a loop in Python, when somebody has asked to stop.
"""

from __future__ import annotations

import ctypes
import sys
import sysconfig
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from gevent import GreenletExit

from lftui.generator import native
from lftui.records import Level

BLOCKED_AFTER_S = 1.0
_LOOK_EVERY_S = 0.2
_LOAD_TELL_S = 1.0
_BREAK_AFTER_S = 0.3
_BREAK_EVERY_S = 0.3

_LIBRARY = tuple({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")})
_OUR_OWN = __file__.rsplit("/generator/", 1)[0] + "/"


class HubBlocked(GreenletExit):  # type: ignore[misc] # gevent has no types for it
    """Raised in user code that blocks the hub when the run has to stop; it ends that user."""


def _is_library(path: str) -> bool:
    return path.startswith((*_LIBRARY, _OUR_OWN, "<")) or "site-packages" in path


def user_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is neither a library's nor ours; the innermost where all are."""
    innermost = frame
    while frame is not None:
        path = frame.f_code.co_filename
        if not _is_library(path):
            return frame
        frame = frame.f_back
    return innermost


def say_frame(frame: FrameType | None) -> str:
    """`locustfile.py:12 in slow_task`, or that it cannot be told."""
    found = user_frame(frame)
    if found is None:
        return "a place that cannot be told"
    return f"{found.f_code.co_filename}:{found.f_lineno} in {found.f_code.co_name}"


class Watchdog:
    """Watches one hub from a native thread.

    Args:
        beat: when the hub was last seen alive, in monotonic seconds.
        tell: is called, in the native thread, with a level and a sentence.
    """

    def __init__(self, beat: Callable[[], float], tell: Callable[[Level, str], None]) -> None:
        self._beat = beat
        self._tell = tell
        self._hub_thread = native.thread_id()
        self._breaking = False
        self._loading: Any = None
        self._load_began = 0.0
        self._load_tell_at = _LOAD_TELL_S

    def start(self) -> None:
        """Begin to watch the thread that calls this."""
        self._hub_thread = native.thread_id()
        native.start_thread(self._watch)

    def watch_loading(self, greenlet: Any) -> None:
        """A locustfile is being imported in this greenlet; None when it is done."""
        self._loading, self._load_began = greenlet, time.monotonic()
        self._load_tell_at = _LOAD_TELL_S

    def where(self) -> str:
        """Where the code of the hub's thread stands now, or the import that goes on in it."""
        paused = getattr(self._loading, "gr_frame", None)
        return say_frame(paused or sys._current_frames().get(self._hub_thread))

    def blocked_s(self) -> float:
        """Seconds since the hub's last beat."""
        return time.monotonic() - self._beat()

    def break_block(self) -> None:
        """From now on raise `HubBlocked` in user code whenever it blocks the hub."""
        self._breaking = True

    def _watch(self) -> None:
        told_at = BLOCKED_AFTER_S
        last_break = 0.0
        longest = 0.0
        while True:
            native.sleep(_LOOK_EVERY_S)
            if self._loading is not None:
                self._watch_load()
                continue
            blocked = self.blocked_s()
            if self._breaking and blocked > _BREAK_AFTER_S:
                last_break = self._break(last_break)
            if blocked < BLOCKED_AFTER_S:
                if longest:
                    self._tell("warning", f"the hub runs again after {longest:.1f} s")
                told_at, longest = BLOCKED_AFTER_S, 0.0
                continue
            longest = blocked
            if blocked >= told_at:
                where = self.where()
                self._tell("error", f"the hub has been blocked for {blocked:.1f} s at {where}")
                told_at = max(told_at * 2, blocked)

    def _watch_load(self) -> None:
        waited = time.monotonic() - self._load_began
        if waited >= self._load_tell_at:
            self._tell("warning", f"still importing after {waited:.0f} s, at {self.where()}")
            self._load_tell_at = 2 * waited

    def _break(self, last_break: float) -> float:
        """Raise in the hub's thread if user code runs there; when that was last done."""
        now = time.monotonic()
        if now - last_break < _BREAK_EVERY_S or not self._in_user_code():
            return last_break
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._hub_thread), ctypes.py_object(HubBlocked)
        )
        return now

    def _in_user_code(self) -> bool:
        frame = user_frame(sys._current_frames().get(self._hub_thread))
        return frame is not None and not _is_library(frame.f_code.co_filename)
