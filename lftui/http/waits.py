"""Waiting for a socket in gevent's hub, no longer than allowed."""

from __future__ import annotations

import time
import weakref
from typing import Any

from gevent import get_hub, getcurrent

READ, WRITE = 1, 2


class Waits:
    """A socket that is waited for.

    gevent's own sockets make a timer for each wait. Here one serves for many: when it rings, it
    looks whether the time has come, and sleeps on.

    Args:
        descriptor: that of the socket, which does not block.
        timeout: the seconds that the other side may be silent; None for any.
    """

    def __init__(self, descriptor: int, timeout: float | None) -> None:
        self.timeout = timeout
        self._descriptor = descriptor
        self._hub = get_hub()
        self._readable = self._hub.loop.io(descriptor, READ)
        self._writable: Any = None
        self._timer: Any = None
        self._rings_at = 0.0
        self._deadline = 0.0
        self._waiting: Any = None

    def _writer(self) -> Any:
        if self._writable is None:
            self._writable = self._hub.loop.io(self._descriptor, WRITE)
        return self._writable

    def _wait(self, watcher: Any, since: float) -> None:
        """Let other users run until the socket is ready.

        Raises:
            TimeoutError: it took longer than allowed.
        """
        timeout = self.timeout
        if timeout is not None:
            self._deadline = deadline = since + timeout
            if self._timer is None or deadline < self._rings_at:
                self._set_timer(timeout)
        self._waiting = getcurrent()
        try:
            self._hub.wait(watcher)
        finally:
            self._waiting = None

    def wait_readable(self, seconds: float) -> bool:
        """Wait for something to read; False when nothing came in that time."""
        kept, self.timeout = self.timeout, seconds
        try:
            self._wait(self._readable, time.perf_counter())
        except TimeoutError:
            return False
        finally:
            self.timeout = kept
        return True

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.close()
        self._rings_at = time.perf_counter() + seconds
        self._timer = self._hub.loop.timer(max(seconds, 0.0), ref=False)
        self._timer.start(_ring, weakref.ref(self))

    def ring(self) -> None:
        """The timer's time has come: end the wait, or sleep on."""
        self._timer.close()
        self._timer = None
        waiting = self._waiting
        if waiting is None:
            return
        left = self._deadline - time.perf_counter()
        if left > 0:
            self._set_timer(left)
        else:
            waiting.throw(TimeoutError("timed out"))

    def _stop_watching(self) -> None:
        """Before the socket is closed."""
        for watcher in (self._readable, self._writable, self._timer):
            if watcher is not None:
                watcher.close()
        self._timer = None


def _ring(waits: weakref.ref[Waits]) -> None:
    """The timer does not keep a connection alive that its user has dropped."""
    found = waits()
    if found is not None:
        found.ring()
