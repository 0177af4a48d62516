"""Runs and snapshots for tests of the Live screen."""

from __future__ import annotations

from typing import Any

from lftui.snapshot import LinkFacts, Snapshot
from tests.unit.strategies import Play, Sent

OURS = LinkFacts(kind="live", controls="ours", run_id="20261123-main-09a4", journal="/runs/x")


def snapshot_of(play: Play, **facts: Any) -> Snapshot:
    """A moment of a run that is played."""
    return Snapshot(**{"state": play.state, "link": OURS, **facts})


PLAN: dict[str, Any] = {
    "shape": "steps:users=10,step=10",
    "duration_s": 360.0,
    "stages": [{"users": 10 * n, "spawn_rate": 10, "length_s": 60} for n in (1, 2, 3)],
    "on_disconnect": "hold",
    "hold_limit_s": 300.0,
    "locustfiles": ["/srv/locustfiles/main.py"],
    "max_users": 200,
}


OPEN_PLAN: dict[str, Any] = {
    "shape": "rate:rate=50,for=5m",
    "stages": [{"users": 0, "spawn_rate": 1.0, "length_s": 300.0, "rate": 50.0, "slope": None}],
    "open_workload": {"arrivals": "poisson", "max_users": 750},
    "max_rps": 100.0,
}
"""What is different in the plan of an open workload."""


def a_run(seconds: int = 20, *, plan: dict[str, Any] | None = None, **status: Any) -> Play:
    """A run that is on: its first stage, ten users, two endpoints."""
    play = Play(plan={**PLAN, **(plan or {})}, host="https://staging.example")
    play.mark("stage", old=0, new=10, stage=0, spawn_rate=10.0, who="shape")
    jobs, health = play.endpoint("/api/v1/jobs", "POST"), play.endpoint("/healthz")
    for second in range(seconds):
        sent = [Sent(jobs, 38_000 + 900 * (n + second % 7)) for n in range(6)]
        sent += [Sent(health, 4_000 + 100 * n) for n in range(3)]
        play.tick(sent, **{"stage": 0, "spawn_rate": 10.0, **status})
    return play
