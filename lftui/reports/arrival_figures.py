"""The arrivals of an open workload, for every export that shows them."""

from __future__ import annotations

from typing import Any

from lftui.judge.arrivals import step_kept
from lftui.judge.load import rate_said
from lftui.judge.omission import stuck_said
from lftui.metrics import ArrivalFigures
from lftui.reports.said import percent, several
from lftui.run_state import RunState, Step, arrivals_over

Json = dict[str, Any]
COUNTS = ("due", "started", "late", "dropped")


def arrival_figures(state: RunState) -> Json | None:
    """Over the whole run, or since `--reset-stats`; None in a closed workload."""
    found = arrivals_over(state)
    return None if found is None else arrivals_json(found)


def arrivals_json(found: ArrivalFigures) -> Json:
    """Rates in iterations a second, shares 0..1, of what began and of what was due."""
    return {
        "target_rate": round(found.target_rate, 3),
        "rate": round(found.rate, 3),
        "due": found.due,
        "started": found.started,
        "late": found.late,
        "dropped": found.dropped,
        "late_ratio": round(found.late_ratio, 6),
        "dropped_ratio": round(found.dropped_ratio, 6),
        "waiting_max": found.waiting_max,
        "users_max": found.users_max,
        "busy_max": found.busy_max,
        "max_users": found.most,
        "short_s": round(found.short_s, 3),
    }


def step_arrivals(state: RunState, step: Step) -> Json | None:
    """Those of the settled part of a step, with the share that began in time; None in a closed
    workload."""
    kept = step_kept(state, step)
    if step.rate is None or step.span.arrivals is None:
        return None
    share = None if kept is None else round(kept.in_time, 6)
    return {**arrivals_json(step.span.arrivals), "in_time_ratio": share}


def arrivals_said(state: RunState) -> str:
    """In a sentence; empty in a closed workload."""
    found = arrivals_over(state)
    if found is None:
        return ""
    words = [
        f"{rate_said(found.rate)} of {rate_said(found.target_rate)} on average",
        f"{found.started:,} of {several(found.due, 'iteration')} began",
        f"{found.late:,} late ({percent(found.late_ratio)})" if found.late else "none late",
        f"{found.dropped:,} were given up" if found.dropped else "none given up",
        f"at most {found.busy_max:,} of {several(found.most, 'user')} busy",
    ]
    return ", ".join(words)


def waits_said(state: RunState) -> list[str]:
    """Sentences about load that could not come: arrivals of an open workload, users that were stuck
    in a closed one."""
    arrivals, stuck = arrivals_said(state), stuck_said(state)
    return [*([f"arrivals: {arrivals}"] if arrivals else []), *([stuck] if stuck else [])]
