"""Locust's CSV files (`--csv PREFIX`): its names, columns, order and number formats.

The percentiles are of all responses, failed ones included, as Locust's are; they are read from
histograms of three digits and then written in whole ms. A name or message that a spreadsheet
would run as a formula has an apostrophe in front.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lftui.metrics import Figures
from lftui.reports.locust_figures import (
    AGGREGATED,
    Cell,
    average_bytes,
    average_ms,
    formula_safe,
    measured,
    median_ms,
    percentile_cells,
    percentile_names,
    percentiles_us,
)
from lftui.reports.seconds import PerSecondFold
from lftui.run_state import RunState

STATS_SUFFIX = "_stats.csv"
HISTORY_SUFFIX = "_stats_history.csv"
FAILURES_SUFFIX = "_failures.csv"
EXCEPTIONS_SUFFIX = "_exceptions.csv"

Cells = list[Cell]


def stats_rows(state: RunState) -> Iterator[Cells]:
    """`PREFIX_stats.csv`: the header, each endpoint, and all of them together."""
    yield [
        "Type",
        "Name",
        "Request Count",
        "Failure Count",
        "Median Response Time",
        "Average Response Time",
        "Min Response Time",
        "Max Response Time",
        "Average Content Size",
        "Requests/s",
        "Failures/s",
        *percentile_names(),
    ]
    found = measured(state)
    for row, figures in sorted(found.rows, key=lambda pair: (pair[0].name, pair[0].method)):
        yield _stats_row(row.method, row.name, figures, found.duration_s)
    yield _stats_row("", AGGREGATED, found.total, found.duration_s)


def _stats_row(method: str, name: str, figures: Figures, duration_s: float) -> Cells:
    times = figures.all_times()
    found = percentiles_us(times)
    return [
        formula_safe(method),
        formula_safe(name),
        figures.count,
        figures.failures,
        median_ms(found[0], figures),
        average_ms(figures, times.count),
        figures.min_ms or 0,
        figures.max_ms or 0,
        average_bytes(figures),
        figures.rps(duration_s),
        figures.failures / duration_s if duration_s > 0 else 0.0,
        *percentile_cells(figures.count, found, figures.min_us, figures.max_us),
    ]


def failures_rows(state: RunState, seconds: PerSecondFold) -> Iterator[Cells]:
    """`PREFIX_failures.csv`: the header and each kind of failure, the same order every time."""
    yield ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"]
    groups = []
    for group in state.errors.values():
        seen = seconds.errors.get(group.id)
        if seen is not None and seen.count:
            row = state.rows[group.row]
            groups.append((row.name, row.method, group.shown, group.id, seen))
    for name, method, shown, _, seen in sorted(groups, key=lambda found: found[:4]):
        yield [
            formula_safe(method),
            formula_safe(name),
            formula_safe(shown),
            seen.count,
            utc_timestamp(seen.first_wall),
            utc_timestamp(seen.last_wall),
        ]


def exceptions_rows(state: RunState) -> Iterator[Cells]:
    """`PREFIX_exceptions.csv`: the header and what the locustfile raised outside requests."""
    yield ["Count", "Message", "Traceback", "Nodes"]
    for group in state.exceptions.values():
        yield [
            group.count,
            formula_safe(group.message),
            formula_safe(group.traceback),
            formula_safe(", ".join(group.nodes)),
        ]


def utc_timestamp(wall: float) -> str:
    """A moment as Locust writes it: `2026-01-31T23:59:59Z`."""
    return datetime.fromtimestamp(int(wall), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
