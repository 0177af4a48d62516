"""Errors: what failed, how often, what it means and what to do about it."""

from __future__ import annotations

import re
from typing import Any

from lftui.live_view import fit
from lftui.reports.sparkline import spark
from lftui.screens.live.panels.error_kinds import Kind, count_kinds, kinds_of
from lftui.screens.live.panels.rows import Rows
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import (
    NONE,
    drawn,
    moment,
    one_line,
    percent,
    several,
    stamp,
    text_lines,
)
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

_ENDPOINT = 22
_TREND = 10
_TITLE = 26

_COLUMNS = [
    Column("new", "", 3),
    Column("count", "count", 7, "right", high_first=True),
    Column("share", "share", 7, "right", high_first=True),
    Column("trend", "over time", _TREND, from_width=100, sortable=False),
    Column("first", "first", 8, from_width=120, high_first=True),
    Column("last", "last", 8, from_width=100, high_first=True),
    Column("status", "status", 6, "right"),
    Column("endpoint", "endpoint", _ENDPOINT),
    Column("meaning", "meaning", _TITLE, from_width=160),
    Column("text", "message"),
]
_CHECK = re.compile(r"""CatchResponseError\((['"])(.*)\1\)""", re.DOTALL)


def _bare(text: str) -> str:
    """The message without the name of what every failed check of a locustfile is raised as."""
    found = _CHECK.fullmatch(text)
    return found[2] if found else text


class ErrorRows(Rows[Kind]):
    """The kinds of failures, the most frequent first."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        kinds, _ = kinds_of(snapshot.state)
        state = snapshot.state
        self._span = (state.load_began_s or 0.0, state.load_ended_s or 0.0)
        requests = state.total.count
        empty = f"no failures in {several(requests, 'request')}" if requests else "no request yet"
        super().__init__({kind.key: kind for kind in kinds}, _COLUMNS, empty, look)

    def row(self, kind: Kind) -> list[Cell]:
        server = (kind.status or 0) >= 500 or (kind.status is None and kind.script is None)
        status = f"{kind.status}" if kind.status is not None else NONE
        return [
            ("new", "warning") if kind.new else "",
            f"{kind.count:,}",
            percent(kind.share) if kind.share is not None else (NONE, "dim"),
            self._trend(kind),
            stamp(kind.first_wall),
            stamp(kind.last_wall),
            (status, "critical" if server else "warning"),
            fit(one_line(kind.endpoint), _ENDPOINT),
            kind.title,
            one_line(_bare(kind.text)),
        ]

    def _trend(self, kind: Kind) -> Cell:
        """Over the whole run, so that one sees when it began and whether it has stopped."""
        if kind.script is not None:  # when it was raised is not kept
            return ""
        counts = kind.over_time(*self._span, _TREND)
        return spark(counts, _TREND, self._look.ascii), "errors"

    def value(self, kind: Kind, column: str) -> Any:
        match column:
            case "new":
                return not kind.new
            case "count":
                return kind.count
            case "share":
                return kind.share
            case "first":
                return kind.first_wall
            case "last":
                return kind.last_wall
            case "status":
                return kind.status
            case "endpoint":
                return kind.endpoint
            case "meaning":
                return kind.title
            case _:
                return kind.text[:100]

    def words(self, kind: Kind) -> str:
        return f"{kind.endpoint} {kind.status or ''} {one_line(kind.text)}"


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return ErrorRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """How many in all, and what to do about the most frequent."""
    state = snapshot.state
    kinds, left = kinds_of(state)
    if not kinds:
        return []
    figures = state.total
    raised = sum(kind.count for kind in kinds if kind.script is not None)
    text = (
        f"whole run: {figures.failures:,} of {several(figures.count, 'request')} failed "
        f"({percent(figures.error_ratio)})"
    )
    text += f", and {several(raised, 'exception')}" if raised else ""
    text += f", {left:,} rarer kinds are not shown" if left else ""
    advice = kinds[0].advice()
    points = f", points at the {advice.points_at}" if advice.points_at else ""
    return drawn([(text, ""), (f"{kinds[0].title}{points}: {advice.remedy}", "dim")], look)


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """What it means, what to do, and one sample as it was, redacted."""
    kind = next((one for one in kinds_of(snapshot.state)[0] if one.key == key), None)
    if kind is None:
        return [("this failure is not there any more", "dim")]
    advice = kind.advice()
    points = f": points at the {advice.points_at}" if advice.points_at else ""
    status = f", status {kind.status}" if kind.status is not None else ""
    lines: list[Line] = [
        (f"{kind.title}{points}", "strong"),
        (advice.remedy, ""),
        ("", ""),
        (f"{one_line(kind.endpoint)}{status}", ""),
        (_often(kind), ""),
        (f"first {moment(kind.first_wall)}, last {moment(kind.last_wall)}", ""),
    ]
    if kind.new:
        lines.append(("▲ new in this step", "warning"))
    if kind.script is not None:
        where = one_line(", ".join(kind.script.nodes))
        lines += [("", ""), (f"raised in {where}:", "dim")]
        lines += text_lines(kind.script.traceback or kind.script.message)
        return drawn(lines, look)
    folded, sample = kind.groups[0].text, kind.groups[0].sample
    head = "message, numbers folded:" if folded != sample else "message:"
    lines += [("", ""), (head, "dim"), *text_lines(folded)]
    if sample != folded:
        lines += [("", ""), ("one of them as it was, secrets left out:", "dim")]
        lines += text_lines(sample)
    return drawn(lines, look)


def _often(kind: Kind) -> str:
    if kind.share is None:
        return several(kind.count, "time")
    return f"{several(kind.count, 'time')}, {percent(kind.share)} of the endpoint's requests"


def title(snapshot: Snapshot, seen: int) -> str:
    """`Errors(3)`: the kinds."""
    kinds = count_kinds(snapshot.state)
    return f"Errors({kinds:,})" if kinds else "Errors"


PANEL = PanelSpec(
    "errors", 2, title, source, note, detail, count=lambda snapshot: count_kinds(snapshot.state)
)
