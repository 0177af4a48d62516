"""A run as one side of a comparison, and what a reader has to know of it."""

from __future__ import annotations

from collections.abc import Iterable

from lftui.judge.comparison.compared import Side
from lftui.judge.health import run_health
from lftui.judge.measured import Level
from lftui.run_state import RunState

NO_PLATEAU = (
    "the run had no plateau that settled: its whole load was compared, with its ramps in it"
)


def scope_of(method: str, name: str) -> str:
    """`METHOD name`."""
    return f"{method} {name}".strip() if method else name


def run_side(state: RunState, ladder: Iterable[Level], together: Level) -> Side:
    """A run, of which `together` was compared."""
    started = state.started
    users = {level.users for level in ladder if level.users is not None}
    side = Side(
        kind="run",
        label=started.run_id if started is not None else "the run",
        users=sorted(users),
        requests=together.total.figures.count,
        started_at=state.first_wall or None,
    )
    if started is None:
        return side
    return Side(
        kind="run",
        label=side.label,
        users=side.users,
        requests=side.requests,
        started_at=side.started_at,
        host=started.host,
        scenario_sha256=started.scenario_sha256 or None,
        git_revision=started.git_revision,
    )


def run_notes(state: RunState, name: str = "the run") -> list[str]:
    """What makes a run's figures doubtful."""
    notes = []
    if not state.total.count:
        notes.append(f"{name} has no requests")
    if state.finished is None:
        notes.append(f"{name} has no end: its figures are those to its last record")
    return notes


def doubt_of(state: RunState, name: str = "the run") -> str:
    """Why a run's figures are not the target's; empty where they are."""
    health = run_health(state)
    if not health.bottleneck:
        return ""
    return f"the generator was the bottleneck of {name}: {health.reason}"
