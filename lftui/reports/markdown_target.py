"""The target's own metrics in the Markdown report."""

from __future__ import annotations

from lftui.judge.outcome import SIGNS
from lftui.reports.markdown_words import left_out, name_span, table
from lftui.reports.markup import prose
from lftui.reports.target_figures import gravest_first, target_figures, value_of
from lftui.run_state import RunState

_HEADS = ["metric", "source", "lowest", "mean", "highest", "latest", "verdict"]


def target_lines(state: RunState, most: int) -> list[str]:
    """A row for each metric; nothing of a run whose target was not watched."""
    found = gravest_first(target_figures(state))
    if not found:
        return []
    rows = [
        [
            name_span(one["name"]),
            name_span(one["source"]),
            *(prose(value_of(one, name)) for name in ("min", "mean", "max", "latest")),
            f"{SIGNS[one['verdict']]} {one['verdict']}" if one["verdict"] else "",
        ]
        for one in found[:most]
    ]
    return ["### Target", "", *table(_HEADS, rows), *left_out(len(found) - most, "metrics")]
