"""A run at a glance, for the list of runs."""

from __future__ import annotations

from typing import Any

from lftui.judge.verdict import judge
from lftui.run_state import RunState, duration_s, entry_of


def glance(state: RunState) -> dict[str, Any]:
    """The few figures that `lftui runs` shows of a run."""
    length = duration_s(state)
    total = entry_of("", "Aggregated", state.total, length)
    return {
        "duration_s": round(length, 1),
        "users_max": state.users_max,
        "requests": total.requests,
        "failures": total.failures,
        "rps": total.rps,
        "p95_ms": total.p95_ms,
        "error_ratio": total.error_ratio,
        "verdict": judge(state).outcome,
    }
