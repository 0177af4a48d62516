"""Runs on workers, for tests: what happened to them, and what may be missing because of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from lftui.records import Gap, WorkerSeen, WorkerTick
from tests.runs.live import REPOSITORY, AnyRecord, Done, Lftui, Live, Marked, Tick, only
from tests.runs.target import Target

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.client.get("/page")
"""

# 3 is what a busy machine makes of a run that is good: its generator was the bottleneck.
GOOD = (0, 3)


def clock_ahead(seconds: float) -> dict[str, str]:
    """The variables that set a process's clock so far ahead."""
    path = f"{REPOSITORY / 'tests' / 'clock'}:{REPOSITORY}"
    return {"PYTHONPATH": path, "CLOCK_AHEAD_S": str(seconds)}


def events(records: Sequence[AnyRecord]) -> list[tuple[str, str]]:
    """What happened to workers, in order: (worker, joined lost back left removed)."""
    marks = [mark.facts for mark in only(records, Marked) if mark.type == "worker"]
    return [(facts["worker"], facts["event"]) for facts in marks]


def wait_event(live: Live, event: str, worker: str = "") -> Marked:
    """Wait until this has happened to a worker, or to this one; its mark."""

    def is_it(mark: Marked) -> bool:
        facts = mark.facts
        return mark.type == "worker" and facts["event"] == event and worker in ("", facts["worker"])

    return live.wait_record(Marked, is_it)


def wait_workers(live: Live, condition: Callable[[dict[str, WorkerTick]], object]) -> Tick:
    """Wait for a new tick in which this holds for the workers, by id."""
    return live.wait_tick(lambda tick: condition({one.id: one for one in tick.workers}))


def wait_users(live: Live, *users: int) -> Tick:
    """Wait for a new tick in which the workers run so many users each, in any order."""
    return live.wait_tick(lambda tick: sorted(one.users for one in tick.workers) == list(users))


def seen(records: Sequence[AnyRecord]) -> dict[str, WorkerSeen]:
    """What is known of each worker in the end, by id."""
    return {record.id: record for record in only(records, WorkerSeen)}


def lost_at_most(records: Sequence[AnyRecord]) -> int:
    """The requests that lost workers may have taken along."""
    return sum(gap.count for gap in only(records, Gap) if gap.what == "requests")


def summary_requests(lftui: Lftui, name: str = "summary.json") -> int:
    """The requests that the run's summary tells."""
    summary = json.loads((lftui.folder / name).read_bytes())
    count: int = summary["totals"]["requests"]
    return count


def nothing_is_missing(lftui: Lftui, done: Done, target: Target) -> None:
    """Every answer of the target is in the summary, once."""
    assert summary_requests(lftui) == target.answered > 0, done.said
    assert done.state.total.count == target.answered


def no_more_is_missing_than_told(lftui: Lftui, done: Done, target: Target) -> None:
    """What is not in the summary is within what lost workers may have taken along; none is twice."""
    missing = target.answered - summary_requests(lftui)
    assert 0 <= missing <= lost_at_most(done.records), done.said


def fewest_users(records: Sequence[AnyRecord], wanted: int) -> int:
    """The fewest users in any tick from when so many ran first to when the run was stopped."""
    ticks = [tick for tick in only(records, Tick) if tick.state in ("spawning", "running")]
    first = next(n for n, tick in enumerate(ticks) if tick.users >= wanted)
    return min(tick.users for tick in ticks[first:])
