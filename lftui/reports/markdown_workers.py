"""The workers in the Markdown report."""

from __future__ import annotations

from lftui.judge.difference.words import digits
from lftui.judge.workers import coarse_said, losses_said
from lftui.reports.markdown_words import left_out, name_span, table
from lftui.reports.markup import prose
from lftui.reports.worker_figures import losses_of, worker_figures
from lftui.run_state import RunState

_HEADS = ["worker", "users", "requests", "failed", "rps", "p95 ms", "CPU %", "lag p99 ms", "losses"]


def worker_lines(state: RunState, most: int) -> list[str]:
    """A short table; nothing of a single worker that was always there, or of none."""
    found = worker_figures(state)
    said = [one for one in (losses_said(state), coarse_said(state)) if one]
    if len(found) < 2 and not said:
        return []
    rows = [
        [
            name_span(one["id"]),
            f"{one['users_max']:,}",
            f"{one['requests']:,}",
            f"{one['failures']:,}",
            digits(one["rps"]),
            *(
                "" if one[name] is None else digits(one[name])
                for name in ("p95_ms", "cpu_percent_max", "loop_lag_p99_ms")
            ),
            prose(losses_of(one)),
        ]
        for one in sorted(found, key=lambda one: -one["lost"])[:most]
    ]
    lines = ["### Workers", "", *table(_HEADS, rows), *left_out(len(found) - most, "workers")]
    notes = [f"- {prose(f'{one[:1].upper()}{one[1:]}.')}" for one in said]
    return [*lines, *([""] if notes else []), *notes]
