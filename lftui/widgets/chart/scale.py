"""A value axis that stays still: from 0 to a round number, changed only when it must be."""

from __future__ import annotations

import math

import msgspec

from lftui.widgets.chart.ticks import round_step

LARGEST = 1e15
_SMALLEST = 1e-6
_EMPTY_SHARE = 0.45  # with less of the axis in use than this a smaller one is worth the jump
_WORTH_IT = 0.7


class Scale(msgspec.Struct, frozen=True):
    """An axis from 0 to `top`, with a tick at every multiple of `step`."""

    top: float
    step: float

    def ticks(self) -> list[float]:
        """The values that have a tick, 0 first."""
        return [self.step * index for index in range(round(self.top / self.step) + 1)]

    def dot(self, value: float, dots: int) -> int:
        """The row of dots of a value, 0 being the lowest of `dots`; clipped at the borders."""
        if dots < 2:
            return 0
        return round(min(max(value / self.top, 0.0), 1.0) * (dots - 1))


def fitted(highest: float, intervals: int, whole: bool = False) -> Scale:
    """The smallest round axis that holds `highest` with at most `intervals` steps.

    `whole`: the values are counts, there is no tick between two of them.
    """
    highest = min(max(highest, 0.0), LARGEST)
    if highest < _SMALLEST:
        return Scale(1.0, 1.0)
    step = round_step(highest / max(1, intervals))
    step = max(1.0, step) if whole else step
    return Scale(step * math.ceil(highest / step * (1 - 1e-9)), step)


def rescaled(current: Scale | None, highest: float, intervals: int, whole: bool = False) -> Scale:
    """The axis for the next drawing: the current one as long as it will do.

    It grows at once when a value is above it, and shrinks only when most of it is empty and the
    smaller one is much smaller; so values that swing around a border do not make it jump.
    """
    fresh = fitted(highest, intervals, whole)
    if current is None or highest > current.top * (1 + 1e-9):
        return fresh
    empty = highest < _EMPTY_SHARE * current.top and fresh.top <= _WORTH_IT * current.top
    return fresh if empty else current
