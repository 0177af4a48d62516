"""What the locustfile prints and logs, turned into `Logged` records, with a cap.

An unread pipe of stdout stops the whole generator once 64 kB are in it, and a locustfile that
prints in a loop makes megabytes a second. So a native thread reads the pipe always, and keeps
so many lines a second; the others are counted.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

from lftui.generator import native
from lftui.records import Level, Logged
from lftui.safe_text import TEXT_LIMIT, Redactor

LINES_A_SECOND = 50
LINES_AT_ONCE = 200

_LEVELS: tuple[tuple[int, Level], ...] = (
    (logging.CRITICAL, "critical"),
    (logging.ERROR, "error"),
    (logging.WARNING, "warning"),
    (logging.INFO, "info"),
)


class Cap:
    """A token bucket: `LINES_AT_ONCE` lines at once, `LINES_A_SECOND` in the long run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = float(LINES_AT_ONCE)
        self._last = clock()
        self._dropped = 0

    def admit(self) -> int | None:
        """The lines dropped before this one, when this one may pass; else None."""
        now = self._clock()
        self._tokens = min(LINES_AT_ONCE, self._tokens + (now - self._last) * LINES_A_SECOND)
        self._last = now
        if self._tokens < 1:
            self._dropped += 1
            return None
        self._tokens -= 1
        dropped, self._dropped = self._dropped, 0
        return dropped

    def room(self) -> int:
        """How many lines may pass now."""
        now = self._clock()
        return int(min(LINES_AT_ONCE, self._tokens + (now - self._last) * LINES_A_SECOND))

    def drop(self, lines: int) -> None:
        """Count lines as left out, without a look at them: a flood must not cost the hub."""
        self._dropped += max(lines, 0)

    def left_out(self) -> int:
        """The lines dropped since the last one that passed; they are told with this call."""
        dropped, self._dropped = self._dropped, 0
        return dropped


class Output:
    """Takes over the standard streams of this process and Locust's log."""

    def __init__(self, redactor: Redactor, send: Callable[[Logged], None]) -> None:
        self.redactor = redactor
        self._send = send
        self._caps = {name: Cap() for name in ("stdout", "stderr", "log")}
        self._saved: list[tuple[int, int]] = []

    def capture_streams(self) -> None:
        """Point descriptors 1 and 2 to pipes that native threads read."""
        for fd, name in ((1, "stdout"), (2, "stderr")):
            read_end, write_end = os.pipe()
            self._saved.append((fd, os.dup(fd)))
            os.dup2(write_end, fd)
            os.close(write_end)
            native.start_thread(self._drain, read_end, name)
        sys.stdout, sys.stderr = _line_writer(1), _line_writer(2)

    def release_streams(self) -> None:
        """Flush, and let the readers see the end of what was written."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        for fd, saved in self._saved:
            os.dup2(saved, fd)
            os.close(saved)
        self._saved.clear()

    def log_handler(self) -> logging.Handler:
        """A handler that sends log lines on as records."""
        return _RecordHandler(self)

    def line(self, source: str, level: Level, text: str) -> None:
        """Send one line, unless the cap leaves it out."""
        cap = self._caps.get(source, self._caps["log"])
        dropped = cap.admit()
        if dropped is None:
            return
        text = self.redactor.block(text, TEXT_LIMIT)
        self._send(
            Logged(
                wall=time.time(),
                mono=time.monotonic(),
                source=source,
                level=level,
                text=text,
                dropped=dropped,
            )
        )

    def tell_left_out(self) -> None:
        """At the end: say how many lines were left out after the last one kept."""
        for source, cap in self._caps.items():
            if dropped := cap.left_out():
                text = f"{dropped} more lines were left out"
                self._send(
                    Logged(
                        wall=time.time(),
                        mono=time.monotonic(),
                        source=source,
                        level="warning",
                        text=text,
                        dropped=dropped,
                    )
                )

    def _drain(self, fd: int, source: str) -> None:
        rest = b""
        level: Level = "info" if source == "stdout" else "warning"
        while True:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            rest = rest[:TEXT_LIMIT]  # a line without an end does not grow
            room = self._caps[source].room()
            for line in lines[:room]:
                self.line(source, level, line[: TEXT_LIMIT * 4].decode("utf-8", "replace"))
            self._caps[source].drop(len(lines) - room)
        if rest:
            self.line(source, level, rest.decode("utf-8", "replace"))
        os.close(fd)


def _line_writer(fd: int) -> TextIO:
    return os.fdopen(fd, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)


class _RecordHandler(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self.name = "lftui"
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        level = next((name for number, name in _LEVELS if record.levelno >= number), "debug")
        try:
            text = self.format(record)
        except Exception as error:  # a log call with wrong arguments must not end a user
            text = f"{record.msg!r} ({type(error).__name__}: {error})"
        self._output.line(record.name, level, text)  # type: ignore[arg-type]
