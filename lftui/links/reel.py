"""A stored journal, read piece by piece from any of its lines on. Memory stays bounded."""

from __future__ import annotations

from pathlib import Path

from lftui.records import AnyRecord, BadLine, Gap, Tick, decode_record
from lftui.supervisor.journal import read_journal
from lftui.supervisor.journal_file import text_length, whole_lines

_TAIL = 4 << 20

Read = tuple[AnyRecord, int]


class Reel:
    """Records and the offsets of the journal's text behind them, from a line's begin on."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._lines = whole_lines(path, offset)

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
    skipped = max(0, text_length(path) - _TAIL)
    for number, record in enumerate(read_journal(path, skipped)):
        if record.mono and (number or not skipped):
            end = record.mono
    begin = begin or 0.0
    return begin, max(begin, end or begin)
