"""A run that has not begun: what it waits for, its workers or its time."""

from __future__ import annotations

from datetime import datetime

from lftui.judge.workers import awaits_workers, waiting_said
from lftui.run_state import RunState


def waits(state: RunState) -> bool:
    """Whether the run has been accepted, and there is no load because its moment is to come."""
    return awaits_workers(state) or _begins_later(state) is not None


def waits_for(state: RunState) -> str:
    """What it waits for, in words."""
    at = _begins_later(state)
    if at is not None and state.last_wall and at > state.last_wall:
        local = datetime.fromtimestamp(at).astimezone()
        return f"waiting: the load begins at {local:%H:%M:%S}"
    return waiting_said(state)


def _begins_later(state: RunState) -> float | None:
    plan = state.started.plan if state.started is not None else {}
    begun = state.ready is not None or state.last_tick_s is not None
    at = plan.get("start_at")
    return None if begun or state.finished is not None or at is None else float(at)
