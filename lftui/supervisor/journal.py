"""The journal: a run's records, one JSON line each, appended and never rewritten."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from lftui.records import SCHEMA, AnyRecord, BadLine, Gap, RunStarted, decode_record, encode
from lftui.supervisor.journal_file import JournalError, whole_lines

__all__ = ["Journal", "JournalError", "read_journal"]

FSYNC_EVERY_S = 1.0
BACKLOG_BYTES = 200_000_000
_RETRY_S = 1.0


class Journal:
    """Appends lines in a thread of its own, so that a slow disk holds nobody up.

    What is appended is written at once and fsynced every second. Where the disk refuses (full,
    gone), lines wait in memory up to `BACKLOG_BYTES` and are written as soon as it takes them;
    the file is cut back to its last whole line meanwhile. `missing` counts the lines it never took,
    once it is closed. `closed`: nothing is written any more, for certain. `exact`: `appended` is
    the length that the file will have, once all that waits is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.appended = 0
        self.failure: str | None = None
        self.missing = 0
        self.closed = False
        self.exact = True
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._written = os.fstat(self._fd).st_size
        self.appended = self._written
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting = bytearray()
        self._dropped = 0
        self._dirty = False
        self._synced = time.monotonic()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    def append(self, line: bytes) -> None:
        """Take a whole line; returns at once."""
        self.appended += len(line)
        self._queue.put(line)

    def close(self, timeout_s: float = 10.0) -> None:
        """Write and fsync what is there, for at most `timeout_s` seconds."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        self.missing = bytes(self._waiting).count(b"\n") + self._dropped
        if not self._thread.is_alive():
            os.close(self._fd)
            self.closed = True

    def _work(self) -> None:
        ending = False
        give_up = 0.0
        while not (ending and (not self._waiting or time.monotonic() > give_up)):
            if self._take() and not ending:
                ending, give_up = True, time.monotonic() + 5.0
            self._write()
            self._sync(now=ending)
            if self._waiting:
                time.sleep(_RETRY_S)

    def _take(self) -> bool:
        """Move what is queued to the waiting bytes; whether the end was among it."""
        try:
            line = self._queue.get(timeout=None if not (self._dirty or self._waiting) else 0.2)
            while True:
                if line is None:
                    return True
                if len(self._waiting) + len(line) > BACKLOG_BYTES:
                    self._dropped += 1
                    self.exact = False
                else:
                    self._waiting += line
                line = self._queue.get_nowait()
        except queue.Empty:
            return False

    def _write(self) -> None:
        if not self._waiting:
            return
        view = memoryview(bytes(self._waiting))
        done = 0
        try:
            while done < len(view):
                done += os.write(self._fd, view[done:])
        except OSError as error:
            whole = bytes(view[:done]).rfind(b"\n") + 1
            self._cut_back(whole)
            self.failure = f"the journal {self.path} cannot be written: {error.strerror or error}"
            return
        self._written += done
        self._waiting.clear()
        self._dirty = True
        self._tell_recovery()

    def _cut_back(self, whole: int) -> None:
        """Keep what went out up to its last whole line."""
        self._written += whole
        del self._waiting[:whole]
        # Where even this fails, the reader stops at the last whole line anyway.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, self._written)

    def _tell_recovery(self) -> None:
        if self.failure is None:
            return
        reason, self.failure = self.failure, None
        if self._dropped:
            gap = Gap(wall=time.time(), what="journal lines", reason=reason, count=self._dropped)
            self._waiting += encode(gap)
            self._dropped = 0

    def _sync(self, now: bool) -> None:
        if not self._dirty or (not now and time.monotonic() - self._synced < FSYNC_EVERY_S):
            return
        try:
            os.fsync(self._fd)
        except OSError as error:
            self.failure = f"the journal {self.path} cannot be fsynced: {error.strerror or error}"
        self._dirty = False
        self._synced = time.monotonic()


def read_journal(path: Path, offset: int = 0) -> Iterator[AnyRecord]:
    """The records of a journal from an offset of its text on, to its last whole line.

    A line in the middle that cannot be read (a disk's fault) becomes a `Gap`.

    Raises:
        JournalError: it cannot be read, is damaged, or was written by a newer major version.
    """
    bad = 0
    for line, _ in whole_lines(path, offset):
        try:
            record = decode_record(line)
        except BadLine:
            bad += 1
            continue
        if bad:
            yield Gap(what="journal lines", reason="unreadable lines in the journal", count=bad)
            bad = 0
        if isinstance(record, RunStarted):
            _check_schema(record.schema, path)
        yield record


def _check_schema(schema: str, path: Path) -> None:
    family, _, major = schema.partition("/")
    known_family, _, known_major = SCHEMA.partition("/")
    if family != known_family:
        raise JournalError(f"{path} is no journal of lftui: its schema is '{schema}'")
    if major.split(".")[0] != known_major.split(".")[0]:
        raise JournalError(
            f"{path} was written by another version of lftui (schema {schema}, this one reads "
            f"{SCHEMA}); use that version to read it"
        )
