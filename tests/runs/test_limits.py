"""Runs that end after a number of iterations or requests, and such as begin or count later."""

from __future__ import annotations

import time

import pytest

from lftui.records import Logged, Ready, Tick
from tests.runs.live import Lftui, only
from tests.runs.target import Target

QUICK = """
    from locust import FastHttpUser, SequentialTaskSet, TaskSet, constant, task

    class Inner(TaskSet):
        @task
        def inside(self):
            self.client.get("/inner")
            self.interrupt()

    class Visitor(FastHttpUser):
        wait_time = constant(0.01)
        tasks = [Inner]

        @task
        def outside(self):
            self.client.get("/outer")
"""


@pytest.mark.parametrize("processes", ["", "--processes 2"])
def test_iterations_end_the_run(lftui: Lftui, target: Target, processes: str) -> None:
    done = lftui.run(lftui.script(QUICK), f"-u 4 -r 4 --iterations 40 {processes}")
    assert done.code == 0, done.said
    assert done.finished.message == "40 iterations were made"
    # Workers say once a second how many they made.
    assert target.answered >= 40 if processes else target.answered == 40
    assert done.state.total.count == target.answered


def test_requests_end_the_run(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(QUICK), "-u 4 -r 4 --requests 40")
    assert done.code == 0, done.said
    assert done.finished.message == "40 requests were made"
    # Those under way are waited for.
    assert 40 <= done.state.total.count == target.answered <= 44


def test_the_run_time_may_count_from_the_end_of_the_ramp(lftui: Lftui) -> None:
    done = lftui.run(lftui.script(QUICK), "-u 4 -r 2 -t 2s --run-time-from ramp")
    assert done.code == 0, done.said
    full = [tick for tick in only(done.records, Tick) if tick.users == 4]
    assert sum(tick.end - tick.start for tick in full) >= 1.9
    assert done.finished.message == "the run time is over"


def test_a_run_waits_for_its_time(lftui: Lftui, target: Target) -> None:
    began = time.time()
    done = lftui.run(lftui.script(QUICK), "-u 2 -r 2 -t 1s --start-at +4s")
    assert done.code == 0, done.said
    assert any("the load begins at" in log.text for log in only(done.records, Logged))
    [ready] = only(done.records, Ready)
    assert ready.wall >= began + 4
    assert target.answered > 0


def test_one_that_waits_can_be_ended(lftui: Lftui, target: Target) -> None:
    live = lftui.begin(lftui.script(QUICK), "-u 2 -r 2 -t 1s --start-at +1h")
    live.wait_record(Logged, lambda log: "the load begins at" in log.text)
    live.process.terminate()
    assert live.process.wait(60) != 0
    live.read()
    assert live.state.finished is not None
    assert live.state.finished.reason == "interrupted"
    assert target.answered == 0
