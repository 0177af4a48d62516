"""What Locust's two formats have in common: which figures they show, and how they write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from lftui.metrics import Figures, Histogram
from lftui.records import RESET_STATS, AnyRecord, Marked
from lftui.run_state import Row, RunState
from lftui.run_state import duration_s as load_s

AGGREGATED = "Aggregated"
PERCENTILES = (0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0)
"""Locust's PERCENTILES_TO_REPORT."""

Cell = str | int | float
_NOT_AVAILABLE: list[Cell] = ["N/A"] * len(PERCENTILES)
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Measured(msgspec.Struct):
    """The figures that Locust would have at the end of the run.

    Attributes:
        rows: each requested endpoint and its figures, in the order of their first requests.
        duration_s: seconds of load. Locust counts to the last response, so that its rate stands
            still over a target that hangs; this is the length of every other export.
    """

    total: Figures
    rows: list[tuple[Row, Figures]]
    duration_s: float


def resets(record: AnyRecord) -> bool:
    """Whether Locust forgets its figures here (`--reset-stats`: all users have been spawned)."""
    return isinstance(record, Marked) and record.type == "window" and record.why == RESET_STATS


def measured(state: RunState) -> Measured:
    """The whole run, or what came after the last reset."""
    requested = [(number, row) for number, row in enumerate(state.rows) if row.figures.count]
    span = state.reset
    if span is None:
        total, duration = state.total, load_s(state)
        rows = [(row, row.figures) for _, row in requested]
    else:
        total, duration = span.total, span.covered_s
        rows = [(row, span.rows.get(number, Figures())) for number, row in requested]
    return Measured(total, rows, duration)


def percentile_names() -> list[str]:
    """The percentiles' columns: `50%` to `99.99%` and `100%`."""
    return [f"{round(100 * quantile, 6):g}%" for quantile in PERCENTILES]


def percentile_cells(
    count: int, times_us: Iterable[int | None], low_us: int | None, high_us: int | None
) -> list[Cell]:
    """The percentiles' cells, in whole ms as Locust has them.

    `count` is the number of requests: without any there is no percentile, and 0 where there are
    requests but none of them was timed. None is below `low_us` or above `high_us`.
    """
    if not count:
        return _NOT_AVAILABLE
    return [whole_ms(us, low_us, high_us) for us in times_us]


def whole_ms(us: int | None, low_us: int | None, high_us: int | None) -> int:
    """A response time in whole ms, within the shortest and the longest one."""
    if us is None:
        return 0
    if high_us is not None and us > high_us:
        us = high_us
    if low_us is not None and us < low_us:
        us = low_us
    return round(us / 1000)


def median_ms(us: int | None, figures: Figures) -> Cell:
    """The median as Locust writes it: whole ms, but never outside of the exact minimum and
    maximum (so it is 0.31 where all requests took that long)."""
    if us is None:
        return 0
    median = round(us / 1000)
    low, high = figures.min_ms, figures.max_ms
    if high is not None and median > high:
        return high
    return low if low is not None and median < low else median


def average_ms(figures: Figures, timed: int) -> float:
    """The mean of the `timed` responses."""
    return figures.sum_us / timed / 1000 if timed else 0.0


def average_bytes(figures: Figures) -> Cell:
    """The mean length of a response."""
    return figures.bytes / figures.count if figures.count else 0


def percentiles_us(times: Histogram) -> Sequence[int | None]:
    """All the reported percentiles."""
    return times.percentiles_us(PERCENTILES)


def formula_safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs: `'=cmd()`. A plain number stays."""
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
