"""A run at a glance, for the list of runs."""

from __future__ import annotations

from typing import Any

from lftui.judge.verdict import judge
from lftui.run_state import RunState, duration_s, entry_of
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFile, RunFolder


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


def facts_of(folder: RunFolder, run: RunFile) -> dict[str, Any]:
    """The figures of a stored run; of one without an end what its journal's last tick says."""
    if run.facts:
        return run.facts
    try:
        tick = folder.last_tick()
    except (JournalError, OSError):
        return {}
    if tick is None:
        return {}
    return {
        "users": tick.users,
        "duration_s": round(tick.wall - run.started_at, 1),
        "last_record_at": tick.wall,
    }
