"""The master's end, wanted or not: its workers go by themselves, and the journal is whole."""

from __future__ import annotations

import signal
import time

import psutil

from tests.runs.live import Lftui, wait_for
from tests.runs.target import Target
from tests.runs.test_survival import is_gone
from tests.runs.workers import (
    GOOD,
    VISITOR,
    events,
    nothing_is_missing,
    seen,
    summary_requests,
    wait_users,
)

# Sooner than by the master's silence, which a worker bears for 15 s.
AT_ONCE_S = 10.0
LOAD = "-u 6 -r 6 -t 90s --processes 2 --summary summary.json"


def test_workers_end_with_a_master_that_is_killed(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), LOAD)
    wait_users(live, 3, 3)
    workers = [psutil.Process(one.pid) for one in seen(live.records).values()]
    live.generator.kill()
    done = live.wait()
    assert done.code == 4, done.said
    assert done.finished.reason == "generator_lost"
    wait_for(lambda: all(is_gone(worker) for worker in workers), "the workers' end", AT_ONCE_S)
    assert 0 < summary_requests(lftui) == done.state.total.count <= target.answered


def test_a_second_ctrl_c_leaves_no_worker(lftui: Lftui, target: Target) -> None:
    hung = VISITOR.replace("/page", "/slow?ms=5000")
    live = lftui.begin(lftui.script(hung), f"{LOAD} --stop-timeout 60")
    wait_users(live, 3, 3)
    workers = [psutil.Process(one.pid) for one in seen(live.records).values()]
    live.signal(signal.SIGINT)
    wait_for(lambda: "Ctrl-C again" in live.err, "the word that a second Ctrl-C kills")
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    assert done.finished.reason == "killed"
    wait_for(lambda: all(is_gone(worker) for worker in workers), "the workers' end", AT_ONCE_S)


def test_a_master_that_stands_still_has_its_users_again(lftui: Lftui, target: Target) -> None:
    load = "-u 4 -r 4 -t 90s --processes 2 --summary summary.json"
    live = lftui.start(lftui.script(VISITOR), load)
    wait_users(live, 2, 2)
    master = live.generator
    master.send_signal(signal.SIGSTOP)

    def all_let_go() -> bool:
        before = target.answered
        time.sleep(1.0)  # twenty times as long as a user waits
        return target.answered == before

    wait_for(all_let_go, "workers that let their users go")
    master.send_signal(signal.SIGCONT)
    before = target.answered
    wait_for(lambda: target.answered > before + 20, "users that are there again")
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert not events(done.records)
    nothing_is_missing(lftui, done, target)
