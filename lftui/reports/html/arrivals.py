"""The arrivals of an open workload: what was due, what became of it, over the run and by step."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.omission import adjusted_said, stuck_said
from lftui.reports.arrival_figures import Json, arrival_figures, arrivals_said, step_arrivals
from lftui.reports.html.caps import Caps
from lftui.reports.html.header import window_said
from lftui.reports.html.table import Cell, Head, Row, Table, count, left_out, line, number, share
from lftui.reports.said import NONE
from lftui.run_state import RunState

_CAPTION = (
    "Iterations whose time came, whether or not a user was free for them. Late is 50 ms or more "
    "after its time; given up is what found no free user. Steps without their first seconds, in "
    "which they settle."
)


def arrivals_sentences(state: RunState) -> list[str]:
    """All of them in one; nothing of a closed workload."""
    said = arrivals_said(state)
    return [line(f"{said[:1].upper()}{said[1:]}.", 600)] if said else []


def endpoint_notes(state: RunState) -> list[str]:
    """How the adjusted times came about, and how long users were stuck, where there is either."""
    adjusted, stuck = adjusted_said(state), stuck_said(state)
    notes = [f"Adjusted response times: {adjusted}."] if adjusted else []
    return notes + ([f"{stuck[:1].upper()}{stuck[1:]}."] if stuck else [])


def arrivals_table(state: RunState, caps: Caps) -> Table | None:
    """The settled part of each step, of many the last ones, and the whole run last; None in a
    closed workload."""
    total = arrival_figures(state)
    if total is None:
        return None
    steps = state.steps.all()
    shown = steps[-caps.steps :]
    rows = [
        _row(f"{step.number:,}", step.number, step.rate, found)
        for step in shown
        if (found := step_arrivals(state, step)) is not None
    ]
    return Table(
        name="arrivals",
        caption=_CAPTION,
        heads=[
            Head("step"),
            Head("wanted", about="iterations a second of the step; on average over the run"),
            Head("reached", about="iterations begun a second"),
            Head("in time %", about="of those that were due"),
            Head("due"),
            Head("began"),
            Head("late"),
            Head("late %", about="of those that began"),
            Head("given up"),
            Head("given up %", about="of those that were due"),
            Head("waited", about="at most, at the end of a second"),
            Head("users busy", about="at most"),
            Head("users", about="at most"),
            Head("users allowed"),
        ],
        rows=rows,
        foot=_row(window_said(state), None, total["target_rate"], total),
        more=left_out(len(shown), len(steps), "earlier ones, in the summary"),
        sortable=len(rows) > 3,
    )


def _row(name: str, value: float | None, wanted: float | None, found: Json) -> Row:
    in_time = found.get("in_time_ratio")
    return Row(
        [
            Cell(name, value),
            Cell(NONE if wanted is None else rate_said(wanted), wanted),
            number(found["rate"]),
            Cell(NONE) if in_time is None else share(in_time),
            count(found["due"]),
            count(found["started"]),
            count(found["late"]),
            share(found["late_ratio"]),
            count(found["dropped"]),
            share(found["dropped_ratio"]),
            count(found["waiting_max"]),
            count(found["busy_max"]),
            count(found["users_max"]),
            count(found["max_users"]),
        ]
    )
