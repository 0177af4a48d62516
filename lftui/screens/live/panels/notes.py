"""Notes: everything that anybody did, when, who and why, the newest on top."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.judge.workers import is_back, is_loss
from lftui.live_view import clock
from lftui.records import Marked
from lftui.run_state import RunState
from lftui.screens.live.panels import mark_words as said
from lftui.screens.live.panels.rows import Rows
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import NONE, drawn, moment, one_line, stamp, text_lines
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

_COLUMNS = [
    Column("time", "time", 8, high_first=True),
    Column("at", "run", 8, "right", from_width=100, high_first=True),
    Column("who", "who", 15),
    Column("what", "type", 9, from_width=120),
    Column("text", "what happened"),
]


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened; `mark` is None of the run's beginning and end."""

    key: str
    kind: str
    wall: float
    at_s: float
    mark: Marked | None = None


def entries_of(state: RunState) -> list[Entry]:
    """All of it, the newest first."""
    entries = [
        Entry(f"{mark.seq or f'-{at}'}", mark.type, mark.wall, mark.mono, mark)
        for at, mark in enumerate(state.marks)
    ]
    if state.started is not None:
        entries.insert(0, Entry("start", "start", state.started.wall, state.started.mono))
    if state.finished is not None:
        entries.append(Entry("end", "end", state.finished.wall, state.finished.mono))
    entries.reverse()
    return entries


class NoteRows(Rows[Entry]):
    """What happened."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        self._state = snapshot.state
        entries = {entry.key: entry for entry in entries_of(snapshot.state)}
        super().__init__(entries, _COLUMNS, "nothing happened yet: m writes a note", look)

    def row(self, entry: Entry) -> list[Cell]:
        return [
            (stamp(entry.wall), "dim"),
            (_run_time(self._state, entry), "dim"),
            _who(self._state, entry),
            (entry.kind, "dim"),
            (_what(self._state, entry), _tone(entry)),
        ]

    def value(self, entry: Entry, column: str) -> Any:
        match column:
            case "who":
                return _who(self._state, entry)
            case "what":
                return entry.kind
            case "text":
                return _what(self._state, entry)
            case _:
                return entry.wall

    def words(self, entry: Entry) -> str:
        return f"{entry.kind} {_who(self._state, entry)} {_what(self._state, entry)}"


def _run_time(state: RunState, entry: Entry) -> str:
    """The run's own time: `03:12`; what came before the load has none."""
    if state.load_began_s is None or entry.at_s < state.load_began_s:
        return NONE
    return clock(entry.at_s - state.load_began_s)


def _who(state: RunState, entry: Entry) -> str:
    if entry.mark is not None:
        return said.who_of(entry.mark)
    if entry.kind == "start" and state.started is not None and state.started.operator:
        return one_line(state.started.operator)
    return "lftui"


def _what(state: RunState, entry: Entry) -> str:
    if entry.mark is not None:
        return said.mark_said(entry.mark)
    if entry.kind == "start" and state.started is not None:
        return said.begin_said(state.started)
    return said.end_said(state.finished) if state.finished is not None else ""


def _tone(entry: Entry) -> str:
    mark = entry.mark
    if mark is not None and is_loss(mark):
        return "critical"
    mended = mark is not None and (bool(mark.facts.get("mended")) or is_back(mark))
    return said.tone_of(entry.kind, mended)


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return NoteRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """Nothing stands above them."""
    return []


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """The whole text of one."""
    state = snapshot.state
    entry = next((one for one in entries_of(state) if one.key == key), None)
    if entry is None:
        return [("this mark is not kept any more", "dim")]
    at = f", {_run_time(state, entry)} into the run" if _run_time(state, entry) != NONE else ""
    lines: list[Line] = [
        (_what(state, entry), _tone(entry) or "strong"),
        (f"{moment(entry.wall)}{at}, by {_who(state, entry)}", "dim"),
    ]
    mark = entry.mark
    if mark is not None:
        for text in (mark.text, mark.why):
            if text and (len(text) > 60 or "\n" in text):
                lines += [("", ""), *text_lines(text)]
    return drawn(lines, look)


def title(snapshot: Snapshot, seen: int) -> str:
    """`Notes`."""
    return "Notes"


PANEL = PanelSpec(
    "notes", 8, title, source, note, detail,
    count=lambda snapshot: len(snapshot.state.marks),
)  # fmt: skip
