"""A run at a glance, for the list of runs and their trend."""

from __future__ import annotations

from typing import Any

from lftui.judge.verdict import judge
from lftui.run_state import RunState, duration_s, endpoint_entries


def glance(state: RunState) -> dict[str, Any]:
    """The few figures that `lftui runs` shows of a run; those since a reset, as in the summary."""
    total, _ = endpoint_entries(state, state.reset)
    rate = _rate_max(state)
    return {
        "duration_s": round(duration_s(state), 1),
        "users_max": state.users_max,
        "requests": total.requests,
        "failures": total.failures,
        "rps": total.rps,
        "goodput_rps": total.goodput_rps,
        "p50_ms": total.p50_ms,
        "p95_ms": total.p95_ms,
        "p99_ms": total.p99_ms,
        "error_ratio": total.error_ratio,
        "verdict": judge(state).outcome,
        **({} if rate is None else {"rate_max": rate}),
    }


def _rate_max(state: RunState) -> float | None:
    """The highest rate of an open workload that lasted, in iterations a second; of one without a
    plateau what was due on average. None in a closed one."""
    if state.arrivals is None:
        return None
    rates = [step.rate for step in state.steps.all() if step.rate is not None]
    return round(max(rates, default=state.arrivals.target_rate), 3)
