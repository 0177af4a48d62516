"""When something was: in UTC, which is the same for every reader, and in the time of the run."""

from __future__ import annotations

from datetime import UTC, datetime

from lftui.reports.said import NONE, clock
from lftui.run_state import RunState


def moment(wall: float) -> str:
    """Unix seconds as `2026-11-23 14:03:12 UTC`; `—` where no record said when."""
    return f"{_utc(wall):%Y-%m-%d %H:%M:%S} UTC" if wall > 0 else NONE


def day(wall: float) -> str:
    """Unix seconds as `2026-11-23 14:03`, in UTC."""
    return f"{_utc(wall):%Y-%m-%d %H:%M}" if wall > 0 else NONE


def time_of_day(wall: float) -> str:
    """Unix seconds as `14:03:12`, in UTC."""
    return f"{_utc(wall):%H:%M:%S}" if wall > 0 else NONE


def _utc(wall: float) -> datetime:
    try:
        return datetime.fromtimestamp(wall, UTC)
    except (OverflowError, OSError, ValueError):  # a journal from elsewhere
        return datetime.fromtimestamp(0, UTC)


def wall_of(state: RunState, mono_s: float) -> float:
    """The Unix time of a monotonic moment; 0 where no record has both clocks."""
    return state.last_wall - (state.last_s - mono_s) if state.last_wall else 0.0


def run_time(state: RunState, mono_s: float) -> str:
    """The time since the load began: `03:12`; before it `−00:02`."""
    if state.load_began_s is None:
        return NONE
    since = mono_s - state.load_began_s
    return clock(max(since, 0.0)) if since > -1.0 else f"−{clock(-since)}"
