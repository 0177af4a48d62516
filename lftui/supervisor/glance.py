"""A run at a glance, for the list of runs and their trend."""

from __future__ import annotations

from typing import Any

from lftui.judge.verdict import judge
from lftui.run_state import RunState, duration_s, endpoint_entries


def glance(state: RunState) -> dict[str, Any]:
    """The few figures that `lftui runs` shows of a run; those since a reset, as in the summary."""
    total, _ = endpoint_entries(state, state.reset)
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
    }
