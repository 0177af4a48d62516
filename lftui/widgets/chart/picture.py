"""A whole chart as rows of runs: pure, so that it can be tested and drawn anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from rich.cells import cell_len

from lftui.widgets.chart import overlays
from lftui.widgets.chart.axes import Axes, base_row, fit_axes, left_runs, right_runs
from lftui.widgets.chart.canvas import Canvas, Dot, ink
from lftui.widgets.chart.data import ChartData, Line
from lftui.widgets.chart.header import entries_of, header
from lftui.widgets.chart.layout import Columns, bands, columns
from lftui.widgets.chart.legend import legend_width, title
from lftui.widgets.chart.scale import Scale
from lftui.widgets.chart.sheet import Row, Run, Sheet, row_of, shown
from lftui.widgets.chart.timeline import Timeline, timeline
from lftui.widgets.chart.view import View, cursor_cell, value_of

_HEADER_GAP = 4
_FAR_S = 1e9


class Picture(msgspec.Struct, frozen=True):
    """What is to be seen: rows from above, each exactly as wide as the chart; and the time axis
    that they have (None where nothing is drawn)."""

    rows: list[Row]
    axis: Timeline | None = None


def draw(data: ChartData, view: View, axes: Axes | None = None) -> tuple[Picture, Axes | None]:
    """The picture, and the axes that the next drawing should keep to if it can."""
    if view.width < 1 or view.height < 1:
        return Picture([]), axes
    data = _tidy(data)
    if view.cursor_s is not None and not math.isfinite(view.cursor_s):
        view = msgspec.structs.replace(view, cursor_s=None)
    seen = [line for line in data.lines if line.name not in view.hidden]
    if not any(value_of(point) is not None for line in data.lines for point in line.points):
        return _empty(data, view), axes
    entries = entries_of(data, view, None, 0.0)
    head = cell_len(title(data, data.unit, view.ascii))
    rows = bands(
        view.height, legend_width(entries) + head + _HEADER_GAP <= view.width - 2 * view.focused
    )
    axes = fit_axes(axes, data, seen, rows.rows)
    left, right = left_runs(axes, data, rows.rows, view), right_runs(axes, seen, rows.rows, view)
    names = overlays.names_width([overlays.label(line) for line in seen])
    widths = columns(view.width, _widest(left), _widest(right), names, view.plain or view.ascii)
    dots = 1 if view.ascii else 2
    axis = timeline(widths.cells, data.until_s, data.window_s, dots, data.fixed)
    sheet = _sheet(data, seen, view, axes, axis, rows.rows, widths)
    picture: list[Row] = header(data, view, rows, axes, axis)
    for y in range(rows.rows):
        runs = [*(left[y] if widths.left else ()), *sheet.runs(y)]
        picture.append(row_of([*runs, *(right[y] if widths.right else ())], view.width))
    if rows.base is not None:
        picture.append(row_of(base_row(axis, widths, view.ascii), view.width))
    return Picture(picture, axis), axes


def _tidy(data: ChartData) -> ChartData:
    """Without moments and thresholds that are no numbers; what is drawn below is finite."""
    finite = math.isfinite
    until_s = data.until_s if finite(data.until_s) else 0.0
    window_s = data.window_s
    if window_s is not None and not (finite(window_s) and window_s > 0):
        window_s = None
    markers = [one for one in data.markers if finite(one.at_s)]
    limits = [one for one in data.limits if finite(one.value)]
    return msgspec.structs.replace(
        data, until_s=until_s, window_s=window_s, markers=markers, limits=limits
    )


# --- the lines -----------------------------------------------------------------------------------


def _sheet(
    data: ChartData, seen: Sequence[Line], view: View, axes: Axes, axis: Timeline, rows: int,
    widths: Columns,
) -> Sheet:  # fmt: skip
    cells = widths.cells
    canvas = Canvas(cells, rows, view.ascii)
    numbers = {line.name: number for number, line in enumerate(data.lines)}
    ends: list[tuple[int, int, str, str]] = []
    for line in reversed(seen):  # the first one is the most important: it lies on top
        dots = line_dots(line, axis, axes.of(line.axis), canvas.rows)
        number = numbers[line.name]
        canvas.line(dots, ink(number, line.tone, view.plain), axis.first * axis.dots)
        last = next((dot for dot in reversed(dots) if dot is not None), None)
        if last is not None and 0 <= last[0] < canvas.columns:
            per_row = canvas.rows // max(rows, 1) or 1
            y = rows - 1 - last[1] // per_row
            ends.append(((last[0] - line.step) // axis.dots, y, overlays.label(line), line.tone))
    canvas.settle()
    sheet = Sheet(cells + widths.gutter, rows)
    for y in range(rows):
        sheet.chars[y][:cells] = canvas.chars[y * cells : (y + 1) * cells]
        sheet.tones[y][:cells] = canvas.tones[y * cells : (y + 1) * cells]
    if view.cursor_s is not None:
        overlays.draw_cursor(sheet, cursor_cell(axis, view.cursor_s), view.ascii)
    overlays.draw_markers(sheet, data.markers, axis, view.ascii)
    overlays.draw_limits(sheet, data.limits, axes.left, cells, data.unit, view.ascii)
    if len(ends) > 1:
        overlays.draw_names(sheet, ends[::-1], view.ascii)
    return sheet


def line_dots(line: Line, axis: Timeline, scale: Scale, rows: int) -> list[Dot | None]:
    """The dots that a line goes through, None for a gap; what is left of the window is left out
    but for the point before it, where the line comes from."""
    found: list[Dot | None] = []
    begin = axis.begin_s - 1.0
    cell_s, dots, first = axis.cell_s, axis.dots * (1 + 1e-12), axis.first * axis.dots
    high, top = rows - 1, scale.top
    floor, finite, staircase = math.floor, math.isfinite, line.step
    for start, end, value in line.points:
        if value is None or not finite(value):
            found.append(None)
            continue
        if not -_FAR_S < start <= end < _FAR_S:
            continue
        y = round(min(max(value / top, 0.0), 1.0) * high)
        dot = (floor((end if staircase else (start + end) / 2) / cell_s * dots) - first, y)
        if end < begin:
            found = [dot]
            continue
        if staircase:
            found.append((floor(start / cell_s * dots) - first, y))
        found.append(dot)
    return found


def _empty(data: ChartData, view: View) -> Picture:
    head = title(data, data.unit, view.ascii)
    rows = [row_of([], view.width) for _ in range(view.height)]
    text = shown(data.empty, view.ascii)
    middle = view.height // 2
    indent = " " * max(0, (view.width - cell_len(text)) // 2)
    rows[middle] = row_of([(indent, ""), (text, "dim")], view.width)
    if view.height > 1 and data.title:
        rows[0] = row_of([(head, "accent" if view.focused else "header")], view.width)
    return Picture(rows)


def _widest(labels: Sequence[Sequence[Run]]) -> int:
    """The width of the labels, without the axis behind or before them."""
    return max((sum(len(text) for text, _ in runs) for runs in labels), default=1) - 1
