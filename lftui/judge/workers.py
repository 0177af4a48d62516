"""The workers of a run in words, the same on every screen and in every report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lftui.plan import is_loopback
from lftui.records import Marked
from lftui.run_state import RunState, WorkerFacts

_NAMED = 5
_SOURCE = "workers"
LEAST_PROCESSES = 2
ROUNDED = "rounded (up to 4.8 %) and include failures"
"""What a stock worker's figures are: Locust rounds response times from 100 ms on to two digits, and
keeps those of failures in the same place."""


def is_distributed(state: RunState) -> bool:
    """Whether the load is made by workers."""
    plan = _plan(state)
    processes = plan.get("processes")
    asked = isinstance(processes, int) and processes > 0
    return asked or bool(plan.get("master")) or bool(state.workers)


def awaits_workers(state: RunState) -> bool:
    """Whether the run has not begun because workers are waited for."""
    begun = state.ready is not None or state.last_tick_s is not None
    return is_distributed(state) and not begun and state.finished is None


def waiting_said(state: RunState) -> str:
    """`waiting for workers: 1 of 3 are here`: the end is what was said of them last, or at all."""
    about = [line for line in state.logs if line.source == _SOURCE]
    said = (about or state.logs)[-1:]
    return f"waiting for workers: {said[0].text if said else 'none is here yet'}"


def there_now(state: RunState) -> list[WorkerFacts]:
    """The workers that are connected."""
    return [one for one in state.workers.values() if one.state == "present"]


def missing_now(state: RunState) -> list[WorkerFacts]:
    """The workers that are lost and not back; none once the run is over."""
    if state.finished is not None:
        return []
    return [one for one in state.workers.values() if one.state == "missing"]


def missing_said(state: RunState) -> str:
    """Who is lost now and what becomes of it; "" where nobody is."""
    lost, left = missing_now(state), len(there_now(state))
    if not lost:
        return ""
    who = named(lost)
    most = at_most_said(sum(one.requests_missing_max for one in lost))
    if not left:
        every = "the worker is" if len(lost) == 1 else f"all {len(lost):,} workers are"
        return f"{every} LOST: {who}; no load is made{most}"
    users = "its users" if len(lost) == 1 else "their users"
    of = f"{len(lost):,} of {len(lost) + left:,} workers LOST"
    return f"{of}: {who}; {users} moved to the others{most}"


def losses_said(state: RunState) -> str:
    """Who was lost over the whole run, and what may be missing; "" where nothing is."""
    lost = [one for one in state.workers.values() if one.lost]
    most = at_most_said(requests_missing_max(state))
    if not lost:
        return most.removeprefix("; ")
    verb = "was" if len(lost) == 1 else "were"
    of = f"{len(lost):,} of {_several(len(state.workers), 'worker')} {verb} lost"
    return f"{of} ({named(lost)}){most}"


def requests_missing_max(state: RunState) -> int:
    """So many requests at most were sent by workers and are in no figure."""
    return sum(gap.count for gap in state.gaps if gap.what == "requests")


def at_most_said(count: int) -> str:
    """`; at most 4 requests are not counted`, to be put behind what was lost."""
    if not count:
        return ""
    return f"; at most {_several(count, 'request')} {'is' if count == 1 else 'are'} not counted"


def coarse_said(state: RunState) -> str:
    """That some figures are rounded; "" where none are."""
    coarse = sum(one.precision == "coarse" for one in state.workers.values())
    if not coarse:
        return ""
    of = _several(coarse, "stock worker")
    return f"figures of {of} are {ROUNDED}"


def open_said(state: RunState) -> str:
    """That machines other than this one reach the master's port; "" where none do."""
    plan = _plan(state)
    host = str(plan.get("master_bind_host") or "")
    if not plan.get("master") or is_loopback(host or "127.0.0.1"):
        return ""
    port = plan.get("master_bind_port")
    where = (state.ready.listens if state.ready is not None else "") or f"{host}:{port}"
    return f"workers of any machine may come to {where}: the protocol has no authentication"


def more_room_said(state: RunState) -> str:
    """What gives the load more room than it has, for an operator whose generator is full."""
    if is_distributed(state):
        return "more workers"
    cores = state.started.machine.get("cores") if state.started is not None else None
    spare = cores - 1 if isinstance(cores, int) else 0
    return f"start it with --processes {max(LEAST_PROCESSES, spare)}"


def is_loss(mark: Marked) -> bool:
    """Whether it says that a worker was lost."""
    return mark.type == "worker" and mark.facts.get("event") == "lost"


def is_back(mark: Marked) -> bool:
    """Whether it says that a lost worker is there again."""
    return mark.type == "worker" and mark.facts.get("event") == "back"


def named(several: Sequence[WorkerFacts]) -> str:
    """`local-2, local-3 and 4 more`."""
    names = ", ".join(one.id for one in several[:_NAMED])
    more = len(several) - _NAMED
    return f"{names} and {more:,} more" if more > 0 else names


def _plan(state: RunState) -> dict[str, Any]:
    return state.started.plan if state.started is not None else {}


def _several(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
