"""Local workers that join late and are taken away: users move, and no request is lost."""

from __future__ import annotations

import asyncio

import psutil

from lftui.records import AddWorker, Gap, RemoveWorker
from tests.runs.console import console
from tests.runs.live import Lftui, only
from tests.runs.target import Target
from tests.runs.workers import (
    GOOD,
    VISITOR,
    events,
    fewest_users,
    nothing_is_missing,
    seen,
)

# Each request is under way for a while, so that one that is cut off shows.
SLOW = VISITOR.replace("/page", "/slow?ms=200")
LOAD = "-u 6 -r 6 -t 90s --processes 2 --summary summary.json"


def test_workers_come_and_go_and_no_request_is_lost(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(SLOW), LOAD)

    async def act() -> None:
        async with console(live) as one:
            await one.done(AddWorker())
            await one.tick(lambda tick: [w.users for w in tick.workers] == [2, 2, 2], "2 each")
            await one.done(RemoveWorker(worker="local-1"))
            await one.tick(lambda tick: [w.users for w in tick.workers] == [3, 3], "3 each")
            assert "local-9" in await one.refused(RemoveWorker(worker="local-9"))
            await one.done(RemoveWorker())
            await one.tick(lambda tick: [w.id for w in tick.workers] == ["local-2"], "one worker")
            await one.tick(lambda tick: tick.users == 6, "all users on it")

    asyncio.run(act())
    live.wait_requests(20)
    known = seen(live.records)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    happened = [("local-3", "joined"), ("local-1", "removed"), ("local-3", "removed")]
    assert events(done.records) == happened
    assert not only(done.records, Gap)
    assert fewest_users(done.records, 6) >= 3
    nothing_is_missing(lftui, done, target)
    for worker in known.values():
        assert not psutil.pid_exists(worker.pid)
