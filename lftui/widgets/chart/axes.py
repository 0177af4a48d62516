"""The value axes of a chart, and the time axis below it, as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from lftui.widgets.chart.data import ChartData, Line
from lftui.widgets.chart.layout import Columns
from lftui.widgets.chart.overlays import above_sign, beyond, limit_row
from lftui.widgets.chart.scale import LARGEST, Scale, rescaled
from lftui.widgets.chart.sheet import Run
from lftui.widgets.chart.ticks import SECONDS_FROM_MS, number_label
from lftui.widgets.chart.timeline import Timeline
from lftui.widgets.chart.view import View

_ROWS_A_TICK = 3
_MOST_INTERVALS = 6
_LIMIT_WITHIN = 2.0  # a threshold further away would press the lines flat


class Axes(msgspec.Struct, frozen=True):
    """Both value axes, and what they were made for: with another zoom or height they are new."""

    left: Scale
    right: Scale
    made_for: tuple[str, float | None, int] = ("", None, 0)

    def of(self, axis: str) -> Scale:
        """The scale of a line's axis."""
        return self.right if axis == "right" else self.left

    def unit(self, data: ChartData) -> str:
        """The unit of the left labels: milliseconds become seconds above 1,000."""
        return "s" if data.unit == "ms" and self.left.top > SECONDS_FROM_MS else data.unit


def fit_axes(axes: Axes | None, data: ChartData, lines: Sequence[Line], rows: int) -> Axes:
    """The axes for this drawing, the former ones if they will do."""
    made_for = (data.title, data.window_s, rows)
    if axes is not None and axes.made_for != made_for:
        axes = None
    intervals = max(1, min(_MOST_INTERVALS, rows // _ROWS_A_TICK))
    begin = data.until_s - data.window_s * 1.1 if data.window_s else -math.inf
    left = _highest([line for line in lines if line.axis == "left"], begin)
    within = [one.value for one in data.limits if one.value <= _LIMIT_WITHIN * left]
    left = max([left, *within])
    right_lines = [line for line in lines if line.axis == "right"]
    right = _highest(right_lines, begin)
    counts = all(line.unit == "users" for line in right_lines)
    left_counts = data.unit == "users"
    return Axes(
        rescaled(axes.left if axes else None, left, intervals, left_counts),
        rescaled(axes.right if axes else None, right, intervals, counts),
        made_for,
    )


def _highest(lines: Sequence[Line], begin: float) -> float:
    highest = 0.0
    for line in lines:
        for _, end, value in line.points:
            if value is not None and value > highest and end >= begin and value < math.inf:
                highest = value
    return min(highest, LARGEST)


def left_runs(axes: Axes, data: ChartData, rows: int, view: View) -> list[list[Run]]:
    """Labels and axis of each row, right-aligned; a threshold's row has its mark."""
    size = SECONDS_FROM_MS if axes.unit(data) != data.unit else 1.0
    dots = 1 if view.ascii else 4
    labels = _labels(axes.left, rows, dots, size)
    width = max((len(label) for label in labels.values()), default=0)
    limits = {limit_row(one, axes.left, rows, dots): one for one in data.limits}
    above = beyond(data.limits, axes.left)
    runs: list[list[Run]] = []
    for y in range(rows):
        axis = ("+|" if view.ascii else "┤│")[y not in labels]
        limit = limits.get(y)
        tone = limit.tone if limit is not None else "dim"
        mark = (">" if view.ascii else "╞") if limit is not None else axis
        if above and y == 0:
            mark, tone = above_sign(view.ascii), above[0].tone
        runs.append([(labels.get(y, "").rjust(width), "dim"), (mark, tone)])
    return runs


def right_runs(axes: Axes, lines: Sequence[Line], rows: int, view: View) -> list[list[Run]]:
    """Axis and labels of each row of the right axis; empty where no line is on it."""
    tone = next((line.tone for line in lines if line.axis == "right"), None)
    if tone is None:
        return [[] for _ in range(rows)]
    # A blank behind them: beside this chart stands another one, that begins with a label.
    labels = _labels(axes.right, rows, 1 if view.ascii else 4, 1.0)
    width = max((len(label) for label in labels.values()), default=0)
    ticked, bare = ("+", "|") if view.ascii else ("├", "│")
    return [
        [(ticked if y in labels else bare, "dim"), (labels.get(y, "").ljust(width + 1), tone)]
        for y in range(rows)
    ]


def _labels(scale: Scale, rows: int, dots: int, size: float) -> dict[int, str]:
    """Labels by row, counted from above; where two meet the higher value stands."""
    return {
        rows - 1 - scale.dot(value, rows * dots) // dots: number_label(
            value / size, scale.step / size
        )
        for value in scale.ticks()
    }


def base_row(axis: Timeline, widths: Columns, ascii: bool) -> list[Run]:
    """The axis below: a rule with the round moments in it, each centered on its column."""
    corner, rule, end = ("+", "-", "+") if ascii else ("└", "─", "┘")
    cells: list[str] = [rule] * (widths.cells + widths.gutter)
    taken = 0
    for cell, label in axis.labels():
        begin = max(cell - (len(label) - 1) // 2, 0)
        if begin < taken or begin + len(label) > len(cells):
            continue
        cells[begin : begin + len(label)] = list(label)
        taken = begin + len(label) + 2
    left = " " * (widths.left - 1) + corner if widths.left else ""
    return [(left + "".join(cells) + (end if widths.right else ""), "dim")]
