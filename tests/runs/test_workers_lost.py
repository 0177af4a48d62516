"""Local workers that are killed, stopped or slow: the load goes on, and what is missing is told."""

from __future__ import annotations

import signal

import psutil

from lftui.records import Gap
from tests.runs.live import Lftui, only
from tests.runs.target import Target
from tests.runs.workers import (
    GOOD,
    VISITOR,
    events,
    fewest_users,
    lost_at_most,
    no_more_is_missing_than_told,
    nothing_is_missing,
    seen,
    wait_event,
    wait_users,
)

LOAD = "-u 9 -r 9 -t 90s --processes 3 --summary summary.json"
SLOW = """
    from gevent.monkey import get_original
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)
        blocked = False

        @task
        def visit(self):
            self.client.get("/page")
            if self.environment.runner.worker_index == 0 and not Visitor.blocked:
                Visitor.blocked = True
                get_original("time", "sleep")(2)
"""


def test_a_killed_workers_users_go_to_the_others(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), LOAD)
    wait_users(live, 3, 3, 3)
    psutil.Process(seen(live.records)["local-2"].pid).kill()
    lost = wait_event(live, "lost", "local-2")
    assert "SIGKILL" in lost.why
    wait_users(live, 0, 4, 5)
    live.wait_requests(20)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert [gap.worker for gap in only(done.records, Gap)] == ["local-2"]
    assert fewest_users(done.records, 9) >= 6
    no_more_is_missing_than_told(lftui, done, target)


def test_a_stopped_worker_comes_back(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), LOAD)
    wait_users(live, 3, 3, 3)
    worker = psutil.Process(seen(live.records)["local-1"].pid)
    worker.send_signal(signal.SIGSTOP)
    wait_event(live, "lost", "local-1")
    tick = wait_users(live, 0, 4, 5)
    assert [one.state for one in tick.workers if one.id == "local-1"] == ["missing"]
    worker.send_signal(signal.SIGCONT)
    wait_event(live, "back", "local-1")
    wait_users(live, 3, 3, 3)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert fewest_users(done.records, 9) >= 6
    nothing_is_missing(lftui, done, target)


def test_a_slow_worker_is_not_lost(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(SLOW), "-u 4 -r 4 -t 90s --processes 2 --summary summary.json")
    slow = live.wait_tick(lambda tick: any(one.lag_max_us > 1_500_000 for one in tick.workers))
    assert len(slow.workers) == 2
    wait_users(live, 2, 2)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert not events(done.records)
    assert lost_at_most(done.records) == 0
    nothing_is_missing(lftui, done, target)
