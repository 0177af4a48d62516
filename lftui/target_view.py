"""The target's own metrics as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.outcome import SIGNS
from lftui.reports.said import one_line
from lftui.reports.target_figures import Json, gravest_first, target_figures, value_of
from lftui.reports.text_table import Column, table_lines
from lftui.run_state import RunState

_MOST = 30
_INDENT = 2


def target_lines(state: RunState, columns: int) -> list[str]:
    """A line for each metric, those whose limits broke first; nothing where none was read."""
    found = gravest_first(target_figures(state))
    if not found:
        return []
    lines = ["", "target, whole run (verdict: the mean against its limits):"]
    table = table_lines(_columns(found[:_MOST]), columns - _INDENT)
    lines += [" " * _INDENT + line for line in table]
    if len(found) > _MOST:
        lines.append(f"  … and {len(found) - _MOST:,} more")
    return lines


def _columns(found: Sequence[Json]) -> list[Column]:
    def column(title: str, name: str, rank: int = 0) -> Column:
        return Column(title, [one_line(value_of(one, name)) for one in found], rank, right=True)

    return [
        Column("", [SIGNS[one["verdict"]] if one["verdict"] else " " for one in found]),
        Column("metric", [one_line(one["name"]) for one in found], least=12),
        column("lowest", "min", 2),
        column("mean", "mean"),
        column("highest", "max"),
        column("latest", "latest", 1),
        Column("source", [one_line(one["source"]) for one in found], 3),
    ]
