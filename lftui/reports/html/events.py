"""What anybody said and did, and what is missing from the record."""

from __future__ import annotations

from lftui.records import Gap, Marked
from lftui.reports.html.caps import Caps
from lftui.reports.html.moments import run_time, time_of_day
from lftui.reports.html.overlays import SIGNS, by_hand, kind_of
from lftui.reports.html.table import Cell, Head, Row, Table, left_out, line, text
from lftui.reports.mark_words import begin_said, end_said, mark_said, missing_said, who_of
from lftui.reports.said import NONE, several
from lftui.run_state import RunState

_TEXT = 600
_TONES = {"note": "info", "breach": "fail", "guard": "warn", "hand": "", "other": ""}


def events_table(state: RunState, caps: Caps) -> Table:
    """Notes and marks from the beginning to the end; of very many those that people made first."""
    shown = _chosen(state.marks, caps.marks)
    rows = [_mark_row(state, mark) for mark in shown]
    if (begun := state.started) is not None:
        rows.insert(0, _row(state, begun.wall, begun.mono, "run", begin_said(begun)))
    if (end := state.finished) is not None:
        rows.append(_row(state, end.wall, end.mono, "run", end_said(end)))
    return Table(
        name="events",
        caption="Run: time since the load began. Clock: UTC. By shape: as planned.",
        heads=[
            Head("run", about="minutes and seconds since the load began"),
            Head("clock", "text", "UTC"),
            Head("who", "text"),
            Head("type", "text"),
            Head("what happened", "text"),
        ],
        rows=rows,
        named_by=4,
        more=left_out(len(shown), len(state.marks), "in the journal"),
        filterable=len(rows) > 12,
    )


def _chosen(marks: list[Marked], most: int) -> list[Marked]:
    """Of too many: what people did and said, then what broke, the newest; in their order."""
    if len(marks) <= most:
        return marks
    ranked = sorted(
        range(len(marks)),
        key=lambda at: (
            0 if marks[at].type == "note" or by_hand(marks[at]) else 1,
            kind_of(marks[at]) == "other",
            -at,
        ),
    )
    return [marks[at] for at in sorted(ranked[:most])]


def _mark_row(state: RunState, mark: Marked) -> Row:
    kind = kind_of(mark)
    sign = SIGNS[kind] if kind != "other" else ""
    about = Cell(mark.type, sign=sign, tone=_TONES[kind])
    return _row(state, mark.wall, mark.mono, about, mark_said(mark), who_of(mark))


def _row(
    state: RunState, wall: float, mono: float, about: Cell | str, said: str, who: str = "lftui"
) -> Row:
    return Row(
        [
            Cell(run_time(state, mono), mono),
            Cell(time_of_day(wall), wall),
            text(who),
            about if isinstance(about, Cell) else Cell(about),
            Cell(line(said, _TEXT)),
        ]
    )


def missing(state: RunState, caps: Caps) -> list[str]:
    """A sentence for each thing that the record lacks."""
    found = [_gap_said(gap) for gap in state.gaps[: caps.gaps]]
    if more := left_out(len(found), len(state.gaps), "in the journal"):
        found.append(f"{more[:1].upper()}{more[1:]}.")
    if state.started is None:
        found.append("The record of the run's beginning is missing: plan, limits and versions too.")
    if state.finished is None:
        found.append("The record of the run's end is missing.")
    elif state.finished.cut_in_flight:
        cut = several(state.finished.cut_in_flight, "request")
        found.append(f"Neither waited for nor counted: {cut} under way at the end.")
    if state.unknown_kinds:
        kinds = ", ".join(line(kind, 60) for kind in list(state.unknown_kinds)[: caps.names])
        found.append(f"Records of kinds that this version does not know were passed over: {kinds}.")
    return found


def _gap_said(gap: Gap) -> str:
    return line(f"Missing: {missing_said(gap)}, because {gap.reason or NONE}.", _TEXT)
