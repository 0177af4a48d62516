"""How a chart is looked at, and what its lines say at a moment."""

from __future__ import annotations

import math

import msgspec

from lftui.widgets.chart.data import Line
from lftui.widgets.chart.timeline import Timeline


class View(msgspec.Struct, frozen=True):
    """How a chart is looked at.

    Attributes:
        plain: there is no color, so lines differ by their dashes.
        cursor_s: the moment that is read out; None for the latest values.
        hidden: names of the series that are switched off.
    """

    width: int
    height: int
    ascii: bool = False
    plain: bool = False
    focused: bool = False
    cursor_s: float | None = None
    hidden: frozenset[str] = frozenset()


def value_of(point: tuple[float, float, float | None]) -> float | None:
    """The value of a point; None also for what is no number."""
    value = point[2]
    return value if value is not None and math.isfinite(value) else None


def value_at(line: Line, at_s: float, near_s: float) -> float | None:
    """A line's value at a moment, or of the point nearest to it, at most `near_s` away."""
    best, found = near_s, None
    for point in line.points:
        away = max(point[0] - at_s, at_s - point[1], 0.0)
        if away < best or away == 0.0:
            best, found = away, value_of(point)
    return found


def cursor_cell(axis: Timeline, at_s: float) -> int:
    """The cell of the read-out; the nearest in sight when the window has moved on."""
    return min(max(axis.cell(at_s), 0), axis.cells - 1)
