"""Open workloads: iterations begin at their time, whatever the target does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import psutil
import pytest

from lftui.metrics import Histogram
from lftui.metrics.buckets import value_us
from lftui.records import (
    AddRate,
    AddUsers,
    AnyRecord,
    Arrivals,
    Hold,
    Marked,
    Pause,
    Resume,
    SetRate,
    SetUsers,
    Tick,
    Undo,
    Unpause,
)
from tests.runs.console import console
from tests.runs.live import Lftui, fold, only
from tests.runs.target import Target
from tests.runs.workers import GOOD, seen, wait_event

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(1000)

        @task
        def visit(self):
            self.client.get("/page")
"""
# Each class in its own way; whatever they wait is not waited.
MIXED = """
    from locust import FastHttpUser, SequentialTaskSet, TaskSet, between, constant, task

    class Inner(TaskSet):
        wait_time = constant(500)

        @task
        def inside(self):
            self.client.get("/inner")
            self.interrupt()

    class Journey(SequentialTaskSet):
        @task
        def first(self):
            self.client.get("/first")
            self.wait()  # a pause within an iteration stays one

        @task
        def second(self):
            self.client.get("/second")
            raise ValueError("as scripts do")

    class Nested(FastHttpUser):
        weight = 3
        wait_time = between(100, 200)
        tasks = [Inner]

    class Walker(FastHttpUser):
        weight = 1
        wait_time = constant(0.01)
        tasks = [Journey]

    class Watcher(FastHttpUser):
        fixed_count = 2
        wait_time = constant(0.2)

        @task
        def watch(self):
            self.client.get("/watched")
"""
ENDS_AT_ONCE = """
    from locust import FastHttpUser, constant, task
    from locust.exception import StopUser

    class Visitor(FastHttpUser):
        def on_start(self):
            self.client.get("/login")
            raise StopUser

        @task
        def visit(self):
            self.client.get("/page")
"""


def arrivals(records: Sequence[AnyRecord]) -> list[Arrivals]:
    """The arrivals of each tick."""
    return [tick.arrivals for tick in only(records, Tick) if tick.arrivals is not None]


def balanced(records: Sequence[AnyRecord]) -> int:
    """Every iteration whose time came has begun or was given up; how many there were."""
    told = arrivals(records)
    due = sum(one.due for one in told)
    assert due == sum(one.started + one.dropped for one in told)
    assert told[-1].waiting == 0
    return due


def intended(records: Sequence[AnyRecord]) -> Histogram:
    """All response times from the intended start."""
    total = Histogram()
    for tick in only(records, Tick):
        for endpoint in tick.endpoints:
            total.add_sparse(endpoint.intended)
    return total


def slower_than(us: int, histogram: Histogram) -> int:
    """How many took longer."""
    return sum(count for bucket, count in histogram.buckets.items() if value_us(bucket) > us)


@pytest.mark.parametrize("way", ["even", "poisson"])
def test_iterations_begin_at_their_rate(lftui: Lftui, target: Target, way: str) -> None:
    done = lftui.run(lftui.script(VISITOR), f"--rate 100 --arrivals {way} -t 4s")
    assert done.code in GOOD, done.said
    records = done.records
    due = balanced(records)
    assert done.state.total.count == target.answered == due
    seconds = [tick for tick in only(records, Tick) if tick.state == "running"][1:]
    covered = sum(tick.end - tick.start for tick in seconds)
    there = sum(tick.arrivals.due for tick in seconds if tick.arrivals)
    if way == "even":
        assert there == pytest.approx(100 * covered, abs=2)
    else:
        assert there == pytest.approx(100 * covered, abs=4 * (100 * covered) ** 0.5)
    assert intended(records).count == due


def test_an_outage_shows_in_full(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "--rate 60 --arrivals even -t 60s")
    live.wait_requests(30)
    target.open.clear()
    # Users are added while nothing comes back.
    live.wait_tick(lambda tick: tick.arrivals is not None and tick.arrivals.busy >= 150)
    target.open.set()
    live.wait_requests(200)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert balanced(done.records) >= 180
    assert slower_than(500_000, intended(done.records)) >= 100


def test_without_enough_users_iterations_are_late_and_given_up(
    lftui: Lftui, target: Target
) -> None:
    live = lftui.start(lftui.script(VISITOR), "--rate 60 --arrivals even --max-users 10 -t 60s")
    live.wait_requests(30)
    target.open.clear()
    live.wait_tick(lambda tick: tick.arrivals is not None and tick.arrivals.dropped > 20)
    target.open.set()
    live.wait_tick(lambda tick: tick.arrivals is not None and tick.arrivals.waiting == 0)
    assert lftui.command("stop").code == 0
    done = live.wait()
    told = arrivals(done.records)
    balanced(done.records)
    late, dropped = sum(one.late for one in told), sum(one.dropped for one in told)
    assert max(tick.users for tick in only(done.records, Tick)) <= 10
    # Of those that found no user the ones of the last five seconds began late.
    assert late >= 200
    assert dropped > 20
    assert slower_than(500_000, intended(done.records)) >= 200
    measured = done.state.total.ok
    assert slower_than(500_000, measured) <= 20
    assert done.code == 3, done.said


def test_any_locustfile_runs_by_its_rate(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(MIXED), "--rate 80 -t 5s")
    state = done.state
    counts = target.counts()
    iterations = counts["/inner"] + counts["/first"] + counts["/second"]
    due = balanced(done.records)
    # Those under way at the end are cut off in the pauses that they make.
    assert due - 5 <= iterations <= due
    assert due == pytest.approx(400, abs=100)
    assert counts["/inner"] / iterations == pytest.approx(0.75, abs=0.12)
    assert abs(counts["/first"] - counts["/second"]) <= 15
    # Two at five a second, at their own pace.
    assert 30 <= counts["/watched"] <= 50
    assert sum(one.count for one in state.exceptions.values()) == counts["/second"]
    assert state.total.count == target.answered


def test_users_that_end_where_they_begin_make_no_storm(lftui: Lftui, target: Target) -> None:
    live = lftui.begin(lftui.script(ENDS_AT_ONCE), "--rate 100 --max-users 500 -t 60s")
    live.wait_tick(lambda tick: tick.arrivals is not None and tick.arrivals.dropped > 50)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code != 0, done.said
    # Twenty each two seconds, for the seven or so that it took, and not hundreds a second.
    assert target.answered_at("/login") < 150
    assert target.answered_at("/page") == 0


def test_so_many_iterations_end_the_run(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(VISITOR), "--rate 50 --iterations 60 -t 60s")
    assert done.finished.message == "60 iterations were made"
    assert target.answered == 60


async def steer(lftui: Lftui, script_options: str) -> list[AnyRecord]:
    """Every command that changes a rate, on a ramp that goes on."""
    live = await asyncio.to_thread(lftui.start, lftui.script(VISITOR), script_options)
    async with console(live) as one:
        assert "change the rate" in await one.refused(AddUsers(delta=1))
        assert "change the rate" in await one.refused(SetUsers(users=1))
        await one.done(Hold())
        held = await one.tick(lambda tick: tick.state == "running")
        assert held.held
        assert held.arrivals is not None
        assert 0 < held.arrivals.target_rate < 1000
        await one.done(Resume())
        await one.tick(lambda tick: tick.state == "spawning")
        await one.done(SetRate(rate=40.0))
        await one.done(AddRate(delta=10.0))
        await one.done(AddRate(delta=10.0))
        assert "the rate -1 is no rate at all" in await one.refused(SetRate(rate=-1.0))
        there = await one.tick(lambda tick: tick.state == "running")
        assert there.arrivals is not None
        assert there.arrivals.target_rate == 60.0
        await one.done(Undo())
        await one.done(Pause())
        await one.tick(lambda tick: tick.state == "paused" and not tick.arrivals.due)  # type: ignore[union-attr]
        await one.done(Unpause())
        back = await one.tick(lambda tick: tick.arrivals is not None and tick.arrivals.due > 0)
        assert back.arrivals is not None
        assert back.arrivals.target_rate == 50.0
        await one.done(AddRate(delta=-500.0))
        await one.tick(lambda tick: tick.arrivals is not None and tick.arrivals.target_rate == 0.0)
    assert (await asyncio.to_thread(lftui.command, "stop")).code == 0
    return (await asyncio.to_thread(live.wait)).records


@pytest.mark.parametrize("workers", ["", "--processes 2"])
def test_a_rate_is_changed_by_hand(lftui: Lftui, target: Target, workers: str) -> None:
    options = f"--shape rate-ramp:from=20,to=1000,over=600s --max-users 60 {workers}"
    records = asyncio.run(steer(lftui, options))
    balanced(records)
    assert fold(records).total.count == target.answered
    marks = [mark for mark in only(records, Marked) if mark.who not in ("shape", "")]
    changes = [(mark.type, mark.new_rate) for mark in marks if mark.new_rate is not None]
    # A change by hand holds the shape where it is.
    kinds = [kind for kind, _ in changes]
    assert kinds == [
        "hold", "resume", "hold", "rate", "rate", "rate", "undo", "pause", "unpause", "rate",
    ]  # fmt: skip
    assert [rate for kind, rate in changes if kind == "rate"] == [40.0, 50.0, 60.0, 0.0]


def test_the_rate_is_split_and_split_again(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "--rate 60 --arrivals even -t 90s --processes 3")
    live.wait_tick(lambda tick: all(one.count >= 10 for one in tick.workers))
    psutil.Process(seen(live.records)["local-2"].pid).kill()
    wait_event(live, "lost", "local-2")
    tick = live.wait_tick(
        lambda tick: sorted(one.count // 10 for one in tick.workers) in ([0, 2, 3], [0, 3, 3])
    )
    assert tick.arrivals is not None
    assert tick.arrivals.target_rate == 60.0
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.state.total.count <= target.answered
