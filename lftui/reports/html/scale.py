"""Round numbers on the axes of a chart."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

from lftui.judge.difference.words import digits
from lftui.reports.said import clock

_TIMES_S = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
)  # fmt: skip
_DAY_S = 86_400


def round_up(value: float, steps: int = 5) -> tuple[float, float]:
    """The end of an axis from 0 that holds `value`, and the distance of its ticks.

    Steps are 1, 2, 2.5 or 5 times a power of ten; of nothing, or of no number, the axis ends at 1.
    """
    if not isfinite(value) or value <= 0:
        return 1.0, 0.5
    rough = value / steps
    power = 10.0 ** floor(log10(rough))
    step = next(
        factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9)
    )
    return step * max(1, ceil(value / step - 1e-9)), step


def ticks(value: float, steps: int = 5) -> list[float]:
    """The round numbers of an axis from 0 that holds `value`, both ends included."""
    end, step = round_up(value, steps)
    return [n * step for n in range(round(end / step) + 1)]


def time_ticks(length_s: float, most: int = 10) -> list[float]:
    """Moments of a run to write on its axis: every so many seconds, minutes or hours."""
    step = next((one for one in _TIMES_S if length_s / one <= most), None)
    if step is None:
        step = _DAY_S * max(1, ceil(length_s / most / _DAY_S))
    return [float(n * step) for n in range(floor(length_s / step) + 1)]


def time_said(seconds: float) -> str:
    """A moment on the axis: `02:30`, `1:02:30`."""
    return clock(seconds)


def tick_said(value: float) -> str:
    """A number on an axis: `0`, `0.5`, `1,500`, `2M`."""
    if abs(value) >= 1_000_000:
        return f"{value / 1_000_000:.3g}M"
    return digits(value) if value else "0"
