"""The target's own metrics: a table beside their charts."""

from __future__ import annotations

from lftui.reports.html.caps import Caps
from lftui.reports.html.table import Cell, Head, Row, Table, left_out, line, outcome, text
from lftui.reports.target_figures import Json, gravest_first, target_figures, value_of
from lftui.run_state import RunState


def target_table(state: RunState, caps: Caps) -> Table | None:
    """Each metric of each source; None of a run whose target was not watched."""
    found = gravest_first(target_figures(state))
    if not found:
        return None
    shown = found[: caps.checks]
    return Table(
        name="target",
        caption="Whole run. The verdict is what the mean makes of the limits about the metric.",
        heads=[
            Head("metric", "text"),
            Head("verdict", "text"),
            Head("source", "text"),
            Head("lowest"),
            Head("mean"),
            Head("highest"),
            Head("latest"),
            Head("readings", about="those that were numbers"),
        ],
        rows=[_row(one) for one in shown],
        more=left_out(len(shown), len(found), "in the summary"),
        sortable=len(shown) > 3,
    )


def _row(one: Json) -> Row:
    judged = one["verdict"]
    return Row(
        [
            text(one["name"]),
            outcome(judged),
            text(one["source"]),
            *(
                Cell(line(value_of(one, name)), one[name])
                for name in ("min", "mean", "max", "latest")
            ),
            Cell(f"{one['readings']:,}", one["readings"]),
        ],
        tone=judged if judged in ("fail", "warn") else "",
    )
