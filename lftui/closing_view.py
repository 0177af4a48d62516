"""The end of a run in plain text: figures first, then what the judge says of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from lftui.judge.omission import adjusted_said
from lftui.judge.verdict import Verdict
from lftui.live_view import ROOMY, clock, fit, ms
from lftui.reports.arrival_figures import waits_said
from lftui.run_state import Entry, RunState, endpoint_entries
from lftui.search_lines import search_lines
from lftui.target_view import target_lines
from lftui.verdict_view import verdict_lines, wrapped
from lftui.worker_view import worker_lines

WHOLE_RUN = "whole run; percentiles of successful responses"
"""What stands under the endpoints, where their title does not say it."""


def closing_lines(state: RunState, verdict: Verdict, columns: int = 80) -> list[str]:
    """The end of a run in plain text: endpoints and totals, what waited, workers, target, baseline,
    thresholds, steps, errors, and the verdict last, where the eye is."""
    lines = endpoint_lines(state, columns) + waiting_lines(state, columns)
    lines += worker_lines(state, columns)
    lines += target_lines(state, columns) + search_lines(state, columns)
    return lines + note_lines(state, columns) + verdict_lines(state, verdict, columns)


def endpoint_lines(state: RunState, columns: int) -> list[str]:
    """Every endpoint and the total, over the whole run."""
    total, entries = endpoint_entries(state)
    with_max = columns >= ROOMY
    longest = max([cell_len(entry.name) for entry in entries] + [10])
    adjusted = adjusted_said(state)
    more = 9 if adjusted else 0
    width = max(10, min(longest, columns - (68 if with_max else 59) - more))
    heads = ["reqs", "fails", "rps", "p50", "p95", "p99", "max"]
    heads = [*(heads if with_max else heads[:-1]), *(["adj. p95"] if adjusted else [])]
    lines = [_closing_line("method", "name", heads, width)]
    for entry in [*entries, total]:
        figures = [
            str(entry.requests),
            str(entry.failures),
            f"{entry.rps:.1f}",
            ms(entry.p50_ms),
            ms(entry.p95_ms),
            ms(entry.p99_ms),
            *([ms(entry.max_ms)] if with_max else []),
            *([ms(entry.p95_adjusted_ms)] if adjusted else []),
        ]
        lines.append(_closing_line(entry.method, entry.name, figures, width))
    lines.append(WHOLE_RUN)
    if adjusted:
        lines += wrapped(f"adjusted (adj.): {adjusted}; {_adjusted(total)}", columns, 2)
    return lines


def _adjusted(total: Entry) -> str:
    times = (total.p50_adjusted_ms, total.p95_adjusted_ms, total.p99_adjusted_ms)
    p50, p95, p99 = map(ms, times)
    return f"p50 {p50}, p95 {p95}, p99 {p99}"


def waiting_lines(state: RunState, columns: int) -> list[str]:
    """What became of an open workload's arrivals; in a closed one how long users were stuck."""
    return [line for said in waits_said(state) for line in wrapped(said, columns, 2)]


def note_lines(state: RunState, columns: int) -> list[str]:
    """What people wrote down, and when in the run."""
    notes = [mark for mark in state.marks if mark.type == "note"]
    began = state.load_began_s or 0.0
    lines = ["", "notes:"] if notes else []
    for mark in notes:
        when = clock(max(0.0, mark.mono - began))
        lines += wrapped(f"  {when}  {mark.who}: {mark.text}", columns, 9)
    return lines


def _closing_line(method: str, name: str, figures: Sequence[str], width: int) -> str:
    shown = set_cell_size(fit(name, width), width)
    widths = (7, 6, 7, 8, 8, 8, 8, 8)
    cells = [f"{figure:>{cells}}" for figure, cells in zip(figures, widths, strict=False)]
    return f"{method:7.7} {shown} {' '.join(cells)}"
