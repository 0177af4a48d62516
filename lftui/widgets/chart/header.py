"""The rows above the lines: the title or what is read out, and the legend."""

from __future__ import annotations

from lftui.widgets.chart.axes import Axes
from lftui.widgets.chart.data import ChartData
from lftui.widgets.chart.layout import Bands
from lftui.widgets.chart.legend import Entry, entry, legend, legend_width, title
from lftui.widgets.chart.sheet import Row, Run, row_of, shown
from lftui.widgets.chart.ticks import moment
from lftui.widgets.chart.timeline import Timeline
from lftui.widgets.chart.view import View, cursor_cell, value_at, value_of


def header(data: ChartData, view: View, rows: Bands, axes: Axes, axis: Timeline) -> list[Row]:
    if rows.legend is None:
        return []
    at_s = None
    head = title(data, axes.unit(data), view.ascii)
    if view.cursor_s is not None:
        at_s = axis.middle_s(cursor_cell(axis, view.cursor_s))
        head = _read_out(data, axis, at_s, view)
    tone = "cursor" if at_s is not None else "accent" if view.focused else "header"
    if view.focused and at_s is None:
        head = f"{'>' if view.ascii else '▸'} {head}"
    entries = entries_of(data, view, at_s, axis.cell_s)
    if rows.title is None:
        lead: list[Run] = [] if at_s is None else [(f"{moment(at_s)} ", "cursor")]
        room = view.width - sum(len(text) for text, _ in lead)
        return [row_of([*lead, *legend(entries, room)], view.width)]
    if rows.legend != rows.title:
        return [
            row_of([(head, tone)], view.width),
            row_of(legend(entries, view.width), view.width),
        ]
    wide = legend_width(entries)
    left = row_of([(head, tone)], max(0, view.width - wide - 1))
    return [row_of([*left, (" ", ""), *legend(entries, wide)], view.width)]


def _read_out(data: ChartData, axis: Timeline, at_s: float, view: View) -> str:
    """`at 0:42, note: cache emptied`: the moment, and what happened in its cell."""
    cell = axis.cell(at_s)
    texts = [one.text for one in data.markers if one.text and axis.cell(one.at_s) == cell]
    return shown(", ".join([f"at {moment(at_s)}", *texts]), view.ascii)


def entries_of(data: ChartData, view: View, at_s: float | None, near_s: float) -> list[Entry]:
    entries = []
    for number, line in enumerate(data.lines):
        if at_s is not None:
            value = value_at(line, at_s, near_s)
        else:
            value = value_of(line.points[-1]) if line.points else None
        hidden = line.name in view.hidden
        entries.append(entry(number, line, value, hidden, view.ascii, view.plain))
    return entries
