"""Steps of an open workload: levels of its rate, and how their iterations began."""

from __future__ import annotations

from lftui.judge.arrivals import step_kept
from lftui.judge.load import rate_said
from lftui.run_state import RunState, Step
from lftui.screens.live.panels.rows import figures
from lftui.screens.live.panels.spec import Line
from lftui.screens.live.panels.texts import NONE, percent, several
from lftui.widgets.table.source import Cell, Column


def rate_columns(wide: int) -> list[Column]:
    """Those of the panel, with what became of the arrivals in the place of users.

    Args:
        wide: the cells of a percentile with its interval.
    """
    return [
        Column("verdict", "", 1, sortable=False, fixed=True),
        Column("step", "step", 4, "right", high_first=True, fixed=True),
        Column("rate", "rate", 8, "right", high_first=True, fixed=True),
        figures("begun", "begun", 8),
        figures("late", "late", 6),
        figures("dropped", "given up", 8, 110),
        Column("by", "by", 4, from_width=130),
        Column("began", "began", 8, from_width=160),
        figures("settled", "settled", 7),
        figures("requests", "requests", 9, 140),
        figures("rps", "rps", 6, 100),
        figures("errors", "errors", 7),
        figures("p50", "p50", wide, 130),
        figures("p95", "p95", wide, 100),
        figures("p99", "p99", wide),
        Column("what", "", sortable=False),
    ]


def load_cells(step: Step) -> list[Cell]:
    """The rate, what began of it a second, late and given up; dashes for what is not known."""
    found = step.span.arrivals
    wanted: Cell = (NONE, "dim") if step.rate is None else rate_said(step.rate)
    if found is None or not found.covered_s:
        return [wanted, (NONE, "dim"), (NONE, "dim"), (NONE, "dim")]
    return [
        wanted,
        f"{float(f'{found.rate:.3g}'):,g}/s",
        (percent(found.late_ratio), "warning") if found.late else "0",
        (f"{found.dropped:,}", "warning") if found.dropped else "0",
    ]


def rate_value(step: Step, column: str) -> float:
    """What steps are ordered by in a column of their arrivals."""
    found = step.span.arrivals
    if column == "rate" or found is None:
        return step.rate or 0.0
    values = {"begun": found.rate, "late": found.late_ratio, "dropped": float(found.dropped)}
    return values[column]


def arrival_lines(state: RunState, step: Step) -> list[Line]:
    """What became of the arrivals of a step, and why its rate was not reached; nothing of one of
    users."""
    found = step.span.arrivals
    if step.rate is None or found is None or not found.due:
        return []
    late = f"{found.late:,} late ({percent(found.late_ratio)})" if found.late else "none late"
    given_up = f"{found.dropped:,} given up" if found.dropped else "none given up"
    lines: list[Line] = [
        (
            f"arrivals {rate_said(found.rate)} of {rate_said(found.target_rate)}: "
            f"{found.started:,} of {several(found.due, 'iteration')} began, {late}, {given_up}",
            "",
        ),
        (f"at most {found.busy_max:,} of {several(found.most, 'user')} busy", ""),
    ]
    kept = step_kept(state, step)
    if kept is not None and not kept.reached:
        lines.append((f"▲ the rate was not reached: {kept.why}", "warning"))
    return lines
