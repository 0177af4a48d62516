"""A stored journal, read piece by piece from any of its lines on. Memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lftui.records import AnyRecord, BadLine, Gap, Tick, decode_record
from lftui.supervisor.journal import JournalError, read_journal

_CHUNK = 1 << 18
_TAIL = 4 << 20

Read = tuple[AnyRecord, int]


class Reel:
    """Records and the byte offsets behind them, from an offset that is a line's begin."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset
        self._lines = self._read()

    def take(self, count: int) -> list[Read]:
        """The next records, each with the offset behind it; none at the end.

        Raises:
            JournalError: the journal cannot be read.
        """
        taken: list[Read] = []
        for line, end in self._lines:
            taken.append((_record(line), end))
            if len(taken) == count:
                break
        return taken

    def _read(self) -> Iterator[tuple[bytes, int]]:
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise JournalError(
                f"the journal {self._path} cannot be read: {error.strerror}"
            ) from None
        with file:
            at = self._offset
            file.seek(at)
            rest = b""
            while chunk := file.read(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    at += len(line) + 1
                    if line.strip():
                        yield line, at


def _record(line: bytes) -> AnyRecord:
    try:
        return decode_record(line)
    except BadLine:
        return Gap(what="journal lines", reason="unreadable lines in the journal", count=1)


def span_of(path: Path) -> tuple[float, float]:
    """The monotonic seconds between which a journal's load was on: its first tick's begin, and its
    last record. Without a tick those of its first and last record.

    Raises:
        JournalError: the journal cannot be read, or was written by a newer major version.
    """
    begin = end = None
    for record in read_journal(path):
        if isinstance(record, Tick):
            begin = record.start
            break
        if record.mono and begin is None:
            begin = record.mono
    size = path.stat().st_size
    skipped = max(0, size - _TAIL)
    for number, record in enumerate(read_journal(path, skipped)):
        if record.mono and (number or not skipped):
            end = record.mono
    begin = begin or 0.0
    return begin, max(begin, end or begin)
