"""The time axis: cells are fixed spans of time, and the window moves by several of them at once.

What is drawn for a moment stays in its cell relative to what is around it, so a redraw changes the
newest cells only, until the window jumps.
"""

from __future__ import annotations

import math

import msgspec

from lftui.widgets.chart.ticks import round_span, time_label, time_step

_LEAST_S = 60.0  # a run that has just begun does not rescale its axis every second
_SHORTEST_S, _LONGEST_S = 1.0, 1e9
_JUMP_SHARE = 16
_LABELS_APART = 12


class Timeline(msgspec.Struct, frozen=True):
    """Which moment is in which cell.

    Attributes:
        first: the number of the leftmost cell, counted from the run's begin.
        cells: how many there are.
        cell_s: seconds that a cell covers.
        dots: columns of dots in a cell.
    """

    first: int
    cells: int
    cell_s: float
    dots: int

    @property
    def begin_s(self) -> float:
        """The moment at the left border."""
        return self.first * self.cell_s

    @property
    def end_s(self) -> float:
        """The moment at the right border."""
        return (self.first + self.cells) * self.cell_s

    def cell(self, seconds: float) -> int:
        """The cell of a moment; out of 0..cells-1 where it is out of sight."""
        return math.floor(_bounded(seconds) / self.cell_s * (1 + 1e-12)) - self.first

    def dot(self, seconds: float) -> int:
        """The column of dots of a moment."""
        place = math.floor(_bounded(seconds) / self.cell_s * self.dots * (1 + 1e-12))
        return place - self.first * self.dots

    def middle_s(self, cell: int) -> float:
        """The moment in the middle of a cell."""
        return (self.first + cell + 0.5) * self.cell_s

    def labels(self) -> list[tuple[int, str]]:
        """Cells and labels of the round moments, left to right."""
        step = time_step(self.cell_s, _LABELS_APART)
        index = math.ceil(self.begin_s / step - 1e-9)
        found = []
        while index * step < self.end_s:
            found.append((self.cell(index * step), time_label(index * step, step)))
            index += 1
        return found


def _bounded(seconds: float) -> float:
    return min(max(seconds, -_LONGEST_S), _LONGEST_S)


def timeline(
    cells: int, until_s: float, window_s: float | None, dots: int, fixed: bool = False
) -> Timeline:
    """The axis for a chart so many cells wide.

    With a window at least that much is in sight; without one everything from 0 is, on an axis
    that grows in few steps, or, with `fixed`, that ends at `until_s`.
    """
    cells = max(1, cells)
    until_s = _finite(until_s)
    if window_s is None:
        span = max(until_s, 1.0) if fixed else round_span(max(until_s, _LEAST_S))
        return Timeline(0, cells, span / cells, dots)
    window_s = max(_finite(window_s), _SHORTEST_S)
    if fixed:
        cell_s = window_s / cells
        return Timeline(max(0, math.ceil(until_s / cell_s - 1e-9) - cells), cells, cell_s, dots)
    jump = min(max(1, cells // _JUMP_SHARE), cells - 1)
    cell_s = window_s / (cells - jump)
    beyond = (math.floor(until_s / cell_s) // max(1, jump) + 1) * max(1, jump)
    return Timeline(max(0, beyond - cells), cells, cell_s, dots)


def _finite(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST_S) if math.isfinite(seconds) else 0.0
