"""Reading a RunState: the figures of a row over a window, as they are shown and exported."""

from __future__ import annotations

import msgspec

from lftui.metrics import ArrivalFigures, Figures
from lftui.run_state.arrivals import arrivals_in
from lftui.run_state.parts import Span, add_tick
from lftui.run_state.phases import Phase, phase_figures
from lftui.run_state.state import RunState

QUANTILES = (0.50, 0.90, 0.95, 0.99, 0.999)
ADJUSTED = (0.50, 0.95, 0.99)


class Entry(msgspec.Struct, frozen=True):
    """The figures of one endpoint, or of all (`name` "Aggregated"), over one window.

    Percentiles are of the successful responses; where nothing succeeded, of the failures.
    `samples` says how many responses they stand on. None where nothing was timed. The adjusted
    ones are of successes, from when each was due; None where that is not known.
    """

    method: str
    name: str
    requests: int
    failures: int
    error_ratio: float
    rps: float
    goodput_rps: float
    min_ms: float | None
    mean_ms: float | None
    max_ms: float | None
    p50_ms: float | None
    p90_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    p999_ms: float | None
    bytes: int
    samples: int = 0
    p50_adjusted_ms: float | None = None
    p95_adjusted_ms: float | None = None
    p99_adjusted_ms: float | None = None


AGGREGATED = "Aggregated"


def entry_of(method: str, name: str, figures: Figures, duration: float) -> Entry:
    """The entry of some figures that took `duration` seconds."""
    p50, p90, p95, p99, p999 = figures.percentiles_ms(QUANTILES)
    adjusted = figures.adjusted_percentiles_ms(ADJUSTED)
    return Entry(
        method=method,
        name=name,
        requests=figures.count,
        failures=figures.failures,
        error_ratio=round(figures.error_ratio, 6),
        rps=round(figures.rps(duration), 3),
        goodput_rps=round(figures.goodput_rps(duration), 3),
        min_ms=figures.min_ms,
        mean_ms=None if figures.mean_ms is None else round(figures.mean_ms, 3),
        max_ms=figures.max_ms,
        p50_ms=p50,
        p90_ms=p90,
        p95_ms=p95,
        p99_ms=p99,
        p999_ms=p999,
        bytes=figures.bytes,
        samples=figures.response_times.count,
        p50_adjusted_ms=adjusted[0],
        p95_adjusted_ms=adjusted[1],
        p99_adjusted_ms=adjusted[2],
    )


def duration_s(state: RunState) -> float:
    """Seconds from the first user's start to the last tick."""
    if state.load_began_s is None or state.load_ended_s is None:
        return 0.0
    return state.load_ended_s - state.load_began_s


def endpoint_entries(state: RunState, span: Span | None = None) -> tuple[Entry, list[Entry]]:
    """The total and each endpoint, over the whole run or over a span (a step, a window)."""
    if span is not None:
        length = span.covered_s
        total = entry_of("", AGGREGATED, span.total, length)
        figures = [(state.rows[row], one) for row, one in span.rows.items()]
    else:
        length = duration_s(state)
        total = entry_of("", AGGREGATED, state.total, length)
        figures = [(row, row.figures) for row in state.rows]
    entries = [entry_of(row.method, row.name, one, length) for row, one in figures]
    return total, sorted(entries, key=lambda entry: (entry.name, entry.method))


def endpoint_phases(
    state: RunState, span: Span | None = None
) -> tuple[dict[str, Phase], dict[tuple[str, str], dict[str, Phase]]]:
    """The phases of all requests, and of each endpoint by method and name, over the whole run or
    since Locust's `--reset-stats` (`state.reset`). Empty without `--timings`."""
    if span is not None:
        found = [(state.rows[row], phases) for row, phases in span.phases.items()]
    else:
        found = [(row, row.phases) for row in state.rows]
    each = {(row.method, row.name): phase_figures([phases]) for row, phases in found if phases}
    return phase_figures(phases for _, phases in found), each


def arrivals_over(state: RunState) -> ArrivalFigures | None:
    """The arrivals that totals are of: over the whole run, or since `--reset-stats`. None in a
    closed workload."""
    return state.arrivals if state.reset is None else state.reset.arrivals


def recent_entries(state: RunState) -> tuple[Entry, list[Entry]]:
    """The total and each endpoint over the last ten seconds."""
    span = recent_span(state)
    return endpoint_entries(state, span)


def recent_span(state: RunState) -> Span:
    """The figures of the last ten seconds (of whole ticks)."""
    span = Span(began_s=state.recent[0].start if state.recent else 0.0)
    span.arrivals = arrivals_in(state.recent)
    for tick in state.recent:
        span.covered_s += tick.end - tick.start
        for endpoint in tick.endpoints:
            row = state.row_of.get(endpoint.id)
            if row is not None:
                span.add(row, endpoint)
                add_tick(span.total, endpoint)
                owner = state.class_of.get(endpoint.id)
                if owner is not None:
                    span.add_class(owner, endpoint)
    return span
