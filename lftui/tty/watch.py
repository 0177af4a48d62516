"""Whether anybody is still there: a terminal that hung up, one that takes nothing, no parent."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

STALLED_S = 30.0
_LOOK_S = 0.5


class Progress:
    """Tells how long a terminal has taken nothing of what waits for it.

    Counts only the time in which somebody looked: a process that was stopped for an hour has not
    waited for its terminal.
    """

    def __init__(self) -> None:
        self._taken = -1
        self._looked: float | None = None
        self.stalled_s = 0.0

    def look(self, now: float, waiting: int, taken: int) -> float:
        """Take in what the output says now; seconds without progress."""
        since = 0.0 if self._looked is None else min(now - self._looked, 2 * _LOOK_S)
        self._looked = now
        if not waiting or taken != self._taken:
            self.stalled_s = 0.0
        else:
            self.stalled_s += since
        self._taken = taken
        return self.stalled_s


class Watch:
    """A thread that notices when the terminal or the guardian has gone.

    Args:
        fd: the terminal's descriptor, for input.
        flow: bytes that wait for the terminal, and bytes that it has taken.
        gone: called once, from the thread, with what has happened.
        parent: the process that must be there; None for nobody in particular.
        stalled_s: a terminal that has taken nothing for so long is gone, though nobody said so.
    """

    def __init__(
        self,
        fd: int,
        flow: Callable[[], tuple[int, int]],
        gone: Callable[[str], None],
        parent: int | None = None,
        stalled_s: float = STALLED_S,
    ) -> None:
        self._fd = fd
        self._flow = flow
        self._gone = gone
        self._parent = parent
        self._stalled_s = stalled_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="terminal-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._end.set()

    def _work(self) -> None:
        # A hang-up is told at once: it wakes a poll that asks for nothing at all.
        poll = select.poll()
        poll.register(self._fd, 0)
        progress = Progress()
        while not self._end.is_set():
            found = self._look(poll, progress)
            if found:
                self._gone(found)
                return

    def _look(self, poll: select.poll, progress: Progress) -> str:
        if poll.poll(_LOOK_S * 1000):
            return "the terminal hung up"
        if self._parent is not None and os.getppid() != self._parent:
            return "the process that started the console was killed"
        if progress.look(time.monotonic(), *self._flow()) >= self._stalled_s:
            return f"the terminal has taken no output for {self._stalled_s:g} s"
        return ""
