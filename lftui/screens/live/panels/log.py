"""Log: what supervisor, generator, workers and the locustfile said, and what is missing."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.records import Gap, Logged
from lftui.reports.mark_words import missing_said
from lftui.run_state import RunState
from lftui.screens.live.panels.rows import Rows
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import drawn, moment, one_line, several, stamp, text_lines
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

_COLUMNS = [
    Column("time", "time", 8),
    Column("sign", "", 1, sortable=False),
    Column("level", "level", 8, from_width=100),
    Column("source", "source", 14),
    Column("text", "text"),
]
_TONES = {"debug": "dim", "info": "", "warning": "warning", "error": "critical"}
_ORDER = ("debug", "info", "warning", "error", "critical")


class LogLine(msgspec.Struct, frozen=True):
    """One line of the log."""

    seq: int
    wall: float
    source: str
    level: str
    text: str


def log_lines(state: RunState) -> dict[str, LogLine]:
    """The latest lines by key, the newest last, with the gaps in the records among them."""
    lines = [_logged(record) for record in state.logs]
    if state.gaps:
        lines = sorted([*lines, *map(_gap, state.gaps)], key=lambda line: line.seq)
    # A line keeps its key while older ones are given up.
    first = state.log_lines + len(state.gaps) - len(lines)
    return {f"{line.seq or f'-{first + at}'}": line for at, line in enumerate(lines)}


def _logged(record: Logged) -> LogLine:
    left = f"(left out: {several(record.dropped, 'line')}) " if record.dropped else ""
    return LogLine(record.seq, record.wall, record.source, record.level, left + record.text)


def _gap(gap: Gap) -> LogLine:
    text = f"missing here: {missing_said(gap)} ({gap.reason})"
    return LogLine(gap.seq, gap.wall, "lftui", "warning", text)


class LogRows(Rows[LogLine]):
    """The lines of the log, the newest last."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        super().__init__(log_lines(snapshot.state), _COLUMNS, "nothing was said yet", look)

    def row(self, line: LogLine) -> list[Cell]:
        tone = _TONES.get(line.level, "critical")
        return [
            (stamp(line.wall), "dim"),
            (_sign(self._look, line.level), tone),
            (line.level, tone),
            (one_line(line.source), "dim"),
            (one_line(line.text), tone),
        ]

    def value(self, line: LogLine, column: str) -> Any:
        match column:
            case "level":
                return _ORDER.index(line.level) if line.level in _ORDER else len(_ORDER)
            case "source":
                return line.source
            case "text":
                return line.text[:100]
            case _:
                return line.seq

    def words(self, line: LogLine) -> str:
        return f"{line.level} {line.source} {one_line(line.text)}"


def _sign(look: Look, level: str) -> str:
    if level in ("debug", "info"):
        return ""
    return look.sign("warning" if level == "warning" else "critical")


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return LogRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """What is not there any more."""
    state = snapshot.state
    left = state.log_lines - len(state.logs)
    if left <= 0:
        return []
    text = f"the latest {len(state.logs):,} of {state.log_lines:,} lines are kept here"
    return drawn([(text, "dim")], look)


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """The whole of one line, which may have several."""
    line = log_lines(snapshot.state).get(key)
    if line is None:
        return [("this line is not kept any more", "dim")]
    tone = _TONES.get(line.level, "critical")
    head = f"{moment(line.wall)}  {line.level}  {one_line(line.source)}"
    return drawn([(head, "dim"), ("", ""), *text_lines(line.text, tone)], look)


def count(snapshot: Snapshot) -> int:
    """All lines so far, also those that are not kept."""
    return snapshot.state.log_lines + len(snapshot.state.gaps)


def title(snapshot: Snapshot, seen: int) -> str:
    """`Log(+12)`: the lines that nobody has looked at."""
    unread = count(snapshot) - seen
    if unread <= 0:
        return "Log"
    return f"Log(+{unread})" if unread < 100 else "Log(>99)"


PANEL = PanelSpec("log", 7, title, source, note, detail, count=count, follows=True)
