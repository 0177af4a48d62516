"""Users with a pacing: which classes have one, how many iterations they do, what a stall left out."""

from __future__ import annotations

import pytest

from lftui.records import Loaded, Tick
from tests.runs.live import Lftui, only

PACED = """
    from locust import (
        FastHttpUser, TaskSet, between, constant, constant_pacing, constant_throughput, task,
    )

    class Paced(FastHttpUser):
        wait_time = constant_pacing(0.2)

        @task
        def page(self):
            self.slow = not getattr(self, "slow", False) and not hasattr(self, "was_slow")
            path = "/slow?ms=2000" if self.slow else "/slow?ms=1"
            if self.slow:
                self.was_slow = True
            self.client.get(path, name="/page")

    class Thinks(FastHttpUser):
        wait_time = between(0.1, 0.2)

        @task
        def other(self):
            self.client.get("/other")

    class Throughput(Paced):
        wait_time = constant_throughput(4)

    class Constant(Paced):
        wait_time = constant(1)

    class Wrapped(Paced):
        paced = constant_pacing(1)

        def wait_time(self):
            return self.paced()

    class Nothing(Paced):
        wait_time = constant_pacing(0)

    class Nested(Paced):
        @task
        class Inner(TaskSet):
            @task
            def inside(self):
                self.interrupt()

    class Own(Paced):
        @task
        class Inner(TaskSet):
            wait_time = constant_pacing(3)

            @task
            def inside(self):
                self.interrupt()

    class OnlyInner(FastHttpUser):
        @task
        class Inner(TaskSet):
            wait_time = constant_pacing(3)

            @task
            def inside(self):
                self.interrupt()
"""
PACINGS = {
    "Paced": 0.2,
    "Thinks": None,
    "Throughput": 0.25,
    "Constant": None,
    "Wrapped": None,
    "Nothing": None,
    "Nested": 0.2,
    "Own": None,
    "OnlyInner": 3.0,
}


@pytest.mark.parametrize("processes", ["", "--processes 2"])
def test_iterations_of_paced_classes_are_counted(lftui: Lftui, processes: str) -> None:
    options = f"Paced Thinks -u 4 -r 4 -t 4s {processes}"
    done = lftui.run(lftui.script(PACED), options)
    assert done.code == 0, done.said
    [loaded] = only(done.records, Loaded)
    assert {one.name: one.pacing_s for one in loaded.user_classes} == PACINGS
    counted = [tick.iterations for tick in only(done.records, Tick)]
    assert {name for one in counted for name in one} == {"Paced"}
    rows = {row.name: row.figures for row in done.state.rows}
    # The last iteration of a user may be broken off before its request is counted.
    assert 0 <= sum(one.get("Paced", 0) for one in counted) - rows["/page"].count <= 4
    pages, others = rows["/page"], rows["/other"]
    assert pages.adjusted is not None
    # Two users of the class each waited 2 s once: nine that were due each 0.2 s are not there.
    assert pages.adjusted.count - pages.ok.count == pytest.approx(18, abs=2)
    assert others.adjusted == others.ok


def test_without_a_paced_class_nothing_is_counted(lftui: Lftui) -> None:
    done = lftui.run(lftui.script(PACED), "Thinks -u 2 -r 2 -t 2s")
    assert done.code == 0, done.said
    assert all(tick.iterations == {} for tick in only(done.records, Tick))
    assert done.state.total.adjusted is None
