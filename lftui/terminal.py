"""Writing to a terminal that may stop taking output: a frozen one must hold nobody up.

Ctrl-S, a pulled cable or a pipe that nobody reads block a write for as long as they like. Here a
thread of its own writes; what does not fit its queue is left out.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from typing import Any

_QUEUED = 200
_STUCK_S = 30.0
_TERMINAL_S = 2.0
_LAST_WORDS_S = 4.0


class Writer:
    """Writes texts to a descriptor in their order, never waited for.

    Also usable as the file of a rich `Console`.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._queue: queue.Queue[str] = queue.Queue(_QUEUED)
        self._writing_since: float | None = None
        self._silent = False
        self._waited = False
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> int:
        """Queue a text; left out while the terminal takes nothing and the queue is full."""
        if not self._silent and text:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="terminal", daemon=True)
                self._thread.start()
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(text)
        return len(text)

    def write_all(self, text: str) -> None:
        """Queue a text that must not be left out: waits for room while the reader reads."""
        while not self._silent and self._queue.full() and self._goes_on():
            time.sleep(0.005)
        self.write(text)

    def flush(self) -> None:
        """Nothing to do: the thread writes at once."""

    def isatty(self) -> bool:
        """Whether the descriptor is a terminal."""
        try:
            return os.isatty(self._fd)
        except OSError:
            return False

    def fileno(self) -> int:
        """The descriptor."""
        return self._fd

    @property
    def busy(self) -> bool:
        """Whether something waits to be written: no time for a redraw."""
        # Not by the queue's length: between taking a text and writing it nothing is queued.
        return self._queue.unfinished_tasks > 0

    @property
    def stuck(self) -> bool:
        """Whether the terminal has taken no output for so long that it counts as gone."""
        since = self._writing_since
        return since is not None and time.monotonic() - since > _STUCK_S

    def silence(self) -> None:
        """Write nothing any more."""
        self._silent = True

    def drain(self) -> None:
        """Wait until what is queued is written, or until the reader has stopped to read.

        A frozen terminal gets a few seconds to come back, once: what waits here puts it in order.
        """
        until = time.monotonic() + (0.0 if self._waited else _LAST_WORDS_S)
        while self.busy and not self._silent:
            if not self._goes_on() and time.monotonic() > until:
                self._waited = True
                return
            time.sleep(0.005)

    def _goes_on(self) -> bool:
        """Whether the reader took something a moment ago. A pipe's may be busy for longer than a
        terminal is."""
        since = self._writing_since
        patience = _TERMINAL_S if self.isatty() else _STUCK_S
        return since is None or time.monotonic() - since < patience

    def _work(self) -> None:
        while True:
            text = self._queue.get()
            self._writing_since = time.monotonic()
            data: Any = memoryview(text.encode("utf-8", "replace"))
            while data and not self._silent:
                try:
                    data = data[os.write(self._fd, data) :]
                    self._writing_since = time.monotonic()
                except OSError:
                    self._silent = True  # a closed pipe or a lost terminal ends only the words
            self._writing_since = None
            self._queue.task_done()
