"""The fold of the workers: what each did over the whole run, and what became of it."""

from __future__ import annotations

import pytest

from lftui.judge.health import health_of
from lftui.metrics import Histogram
from lftui.records import ExceptionSeen, Gap, GeneratorHealth, Marked, Tick, WorkerSeen, WorkerTick
from lftui.run_state import RunState
from lftui.run_state.workers import MOST_WORKERS, OTHERS
from tests.unit.distributed_runs import WorkersPlay, with_a_loss
from tests.unit.strategies import Play, fold_journal, read_back


def test_a_worker_has_the_figures_of_the_whole_run() -> None:
    play = WorkersPlay(2)
    play.run(5)
    play.there["local-2"] |= {
        "users": 7, "cpu_percent": 88.0, "rss_bytes": 10**9, "lag_max_us": 60_000, "failures": 1,
    }  # fmt: skip
    play.run(5)
    play.there["local-2"] |= {"users": 2, "cpu_percent": 3.0}
    play.run(10)
    first, second = play.state.workers.values()
    assert (first.id, first.seen.host, first.seen.pid, first.seen.local) == (
        "local-1", "bastion", 401, True,
    )  # fmt: skip
    assert (first.count, first.failures, first.rps, first.present_s) == (60, 0, 3.0, 20.0)
    assert (second.count, second.failures) == (60, 15)
    assert first.ok == Histogram.of([20_000] * 60)
    assert (second.users, second.users_max) == (2, 7)
    assert (second.cpu_percent_max, second.rss_bytes_max, second.lag_max_us) == (88, 10**9, 60_000)
    assert first.lag_p99_us == 100
    assert (first.version, first.state) == ("2.47.0", "present")
    assert (first.last_s or 0) - (first.first_s or 0) == 20


def test_a_lost_worker_is_missing_until_it_is_back() -> None:
    play = with_a_loss()
    lost = play.state.workers["local-2"]
    assert (lost.state, lost.lost, lost.requests_missing_max) == ("missing", 1, 4)
    assert (lost.count, lost.present_s, lost.users, lost.users_max) == (30, 10.0, 0, 3)
    play.come_back("local-2")
    play.run(2)
    assert (lost.state, lost.lost, lost.present_s) == ("present", 1, 12.0)
    play.lose("local-2", most=2)
    play.run(1)
    assert (lost.lost, lost.requests_missing_max) == (2, 6)


@pytest.mark.parametrize("hidden", [Marked, Tick])
def test_a_loss_counts_once_whoever_says_it(hidden: type) -> None:
    play = with_a_loss()
    state = RunState()
    for record in play.records:
        later = isinstance(record, hidden) and record.mono > play.now - 5.5
        if not later:
            state.apply(record)
    assert (state.workers["local-2"].lost, state.workers["local-2"].state) == (1, "missing")


@pytest.mark.parametrize("event", ["left", "removed", ""])
def test_a_worker_that_is_in_no_tick_any_more_has_left(event: str) -> None:
    play = WorkersPlay(2)
    play.run(3)
    if event:
        play.leave("local-2", event)
    else:  # its mark is missing
        del play.there["local-2"]
    play.run(3)
    gone = play.state.workers["local-2"]
    assert (gone.state, gone.removed, gone.lost) == ("left", event == "removed", 0)
    assert (gone.count, gone.present_s) == (9, 3.0)


def test_what_is_said_again_of_a_worker_is_more() -> None:
    play = WorkersPlay(1)
    play.say(WorkerSeen(id="local-1", host="bastion", scenario_sha256="abc", clock_ahead_s=0.1))
    assert play.state.workers["local-1"].seen.scenario_sha256 == "abc"


def test_time_and_users_after_the_stop_are_no_load() -> None:
    play = WorkersPlay(1)
    play.run(4)
    play.run(3, state="stopping", users=0)
    found = play.state.workers["local-1"]
    assert (found.count, found.present_s) == (21, 4.0 + 1.0)  # as the run's own length


def test_very_many_workers_are_one_from_some_number_on() -> None:
    play = Play()
    ids = [f"w{number}" for number in range(MOST_WORKERS + 50)]
    for _ in range(2):
        play.tick([], workers=[WorkerTick(id=name, state="running", count=2) for name in ids])
    play.say(WorkerSeen(id="w240", host="h"))
    play.mark("worker", facts={"worker": "w241", "event": "lost"})
    workers = play.state.workers
    assert len(workers) == MOST_WORKERS + 1
    assert (workers[OTHERS].count, workers[OTHERS].lost, workers["w199"].count) == (200, 1, 4)


def test_a_mark_or_a_gap_of_nobody_changes_nothing() -> None:
    play = WorkersPlay(1)
    play.mark("worker", facts={"worker": 7, "event": "lost"})
    play.mark("worker", text="odd")
    play.say(Gap(what="records", worker="", reason="slow", count=3))
    assert list(play.state.workers) == ["local-1"]
    assert play.state.workers["local-1"].requests_missing_max == 0


def test_a_checkpoint_keeps_the_workers() -> None:
    play = with_a_loss()
    assert read_back(play.state) == play.state == fold_journal(play.journal())


def test_an_exception_keeps_the_nodes_that_it_came_from() -> None:
    play = WorkersPlay(2)
    for number in range(60):
        play.say(ExceptionSeen(id=1, count=1, message="'id'", node=f"w{number % 30}"))
    (error,) = play.state.exceptions.values()
    assert error.count == 60
    assert error.nodes == [*[f"w{number}" for number in range(20)], "…"]


# --- was the load generator the bottleneck? -------------------------------------------------------

FULL = {"cpu_percent": 97.0}


def said(play: Play) -> str:
    return health_of([play.state.health]).reason


def test_the_bottleneck_is_named_by_whose_core_was_full() -> None:
    play = WorkersPlay(5)
    play.run(10)
    assert said(play) == ""
    play.there["local-2"] |= FULL
    play.run(5)
    assert said(play) == "local-2's core was full for 33 % of the time (97 %)"
    play.there["local-1"] |= FULL
    play.run(5)
    assert said(play).startswith("the cores of local-2 and local-1 were full for 50 % of the time")
    for name in play.there:
        play.there[name] |= FULL
    play.run(5)
    assert said(play).startswith("the cores of local-2, local-1, local-3 and 2 more were full")


def test_a_full_master_is_named_too_and_one_that_is_lost_is_not_full() -> None:
    play = WorkersPlay(1)
    play.run(10, health=GeneratorHealth(cpu_percent=99))
    assert said(play) == "the master's core was full for 100 % of the time (99 %)"
    lost = WorkersPlay(1)
    lost.there["local-1"] = {"state": "missing", **FULL}
    lost.run(10)
    assert said(lost) == ""


def test_the_lag_of_workers_counts_and_memory_is_the_generators_own() -> None:
    play = WorkersPlay(2)
    play.there["local-1"] |= {"lag": [2900, 100], "lag_max_us": 95_000}
    play.run(10, health=GeneratorHealth(rss_bytes=5, lag=[100, 90], lag_max_us=200))
    assert said(play).startswith("the loop lag of master and workers was ")
    facts = play.state.health
    assert (facts.lag_max_us, facts.rss_bytes_max, facts.cpu_percent_max) == (95_000, 5, 20.0)
    assert facts.lag.count == 10 * (90 + 100 + 90)
    (point, *_) = play.state.series.points()
    assert (point.cpu_percent, point.lag_max_us) == (20.0, 95_000)


def test_a_run_without_workers_speaks_of_its_own_core() -> None:
    play = Play()
    play.seconds(10, health=GeneratorHealth(cpu_percent=99))
    assert said(play) == "its core was full for 100 % of the time (99 %)"
    assert (play.state.workers, play.state.health.full, play.state.health.distributed) == (
        {}, {}, False,
    )  # fmt: skip
