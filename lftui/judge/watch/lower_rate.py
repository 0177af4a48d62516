"""Where one step down leads in an open workload: to the last rate that held."""

from __future__ import annotations

from collections.abc import Set

from lftui.judge.arrivals import step_kept
from lftui.records import Marked
from lftui.run_state import RunState, Step
from lftui.run_state import rate_here as rate_of

_LEAST_SHARE = 0.1


def wanted_rate(state: RunState) -> float:
    """The iterations a second that are wanted, also on the way there; 0 before the first tick."""
    return state.arrivals.goal_rate if state.arrivals is not None else 0.0


def rate_here(state: RunState) -> float:
    """The iterations a second that there are: while the rate is on its way those of the last
    seconds, to three digits; else those that are wanted."""
    here = rate_of(state.recent) or 0.0
    return float(f"{here:.3g}") if state.state == "spawning" else here


def lower_rate(state: RunState, broken: Set[float] = frozenset()) -> float | None:
    """The highest earlier plateau below the current rate that was neither broken nor missed.

    Without one: the current rate less the last increase, and of a ramp less a tenth, since it
    rises a little at a time. None where that leaves nothing.

    Args:
        broken: the rates at which a limit was broken.
    """
    here = rate_here(state)
    plateaus = [step for step in state.steps.all() if 0 < (step.rate or 0.0) < here]
    kept = [step.rate for step in plateaus if step.rate and _held(state, step, broken)]
    if kept:
        return max(kept)
    for mark in reversed(state.marks):
        old, new = mark.old_rate, mark.new_rate
        if old is not None and new is not None and new > old:
            rise = 0.0 if _is_ramp(state, mark) else new - old
            lower = round(here - max(rise, here * _LEAST_SHARE), 3)
            return lower if lower > 0 else None
    return None


def _held(state: RunState, step: Step, broken: Set[float]) -> bool:
    """Whether no limit broke at its rate, and the rate was reached, as far as anybody knows."""
    kept = step_kept(state, step)
    return step.rate not in broken and (kept is None or kept.reached)


def _is_ramp(state: RunState, mark: Marked) -> bool:
    """Whether the rate went there in a straight line; by hand it goes at once."""
    if mark.type != "stage" or mark.stage is None:
        return False
    stages = (state.started.plan.get("stages") or []) if state.started is not None else []
    return mark.stage < len(stages) and bool(stages[mark.stage].get("slope"))
