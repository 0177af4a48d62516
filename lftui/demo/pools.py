"""Bounded pools: where the demo target's knee, its queueing and its 503s come from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from gevent.event import Event


class Overloaded(Exception):
    """A pool could not serve; the message says which, and why."""


class QueueFull(Overloaded):
    """As many wait already as may."""


class WaitedTooLong(Overloaded):
    """No slot came free in time."""


class Pool:
    """`size` slots, handed out first come, first served, to a queue of bounded length.

    A freed slot goes straight to the longest waiting, so nobody is overtaken by a newcomer.
    """

    def __init__(self, name: str, size: int, queue_limit: int, patience_s: float) -> None:
        self.name = name
        self.size = size
        self.in_use = 0
        self._queue_limit = queue_limit
        self._patience_s = patience_s
        self._waiting: deque[Event] = deque()

    @property
    def queued(self) -> int:
        return len(self._waiting)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot, waiting for it if there is none free.

        Raises:
            QueueFull: the queue is at its bound; raised at once.
            WaitedTooLong: after `patience_s` seconds in the queue.
        """
        self._acquire()
        try:
            yield
        finally:
            self._release()

    def _acquire(self) -> None:
        if self.in_use < self.size:
            self.in_use += 1
            return
        if len(self._waiting) >= self._queue_limit:
            raise QueueFull(f"the {self.name} queue is full")
        turn = Event()
        self._waiting.append(turn)
        try:
            turn.wait(self._patience_s)
        except BaseException:
            # Killed while waiting: a slot that was handed over meanwhile must not be lost.
            self._leave(turn)
            raise
        if not turn.is_set():
            self._leave(turn)
            raise WaitedTooLong(f"no {self.name} slot came free in {self._patience_s:g} s")

    def _leave(self, turn: Event) -> None:
        if turn.is_set():
            self._release()
        else:
            self._waiting.remove(turn)

    def _release(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()  # The slot changes hands; in_use stays.
        else:
            self.in_use -= 1
