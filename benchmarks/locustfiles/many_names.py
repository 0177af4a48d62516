"""Thousands of request events a second under many names, and a timer that watches the hub.

The timer asks for 1 ms and notes how late it was, with the wall-clock time: it knows nothing of
ticks, so whatever stops the hub shows in it.
"""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import gevent
from locust import User, between, events, task
from locust.runners import MasterRunner

NAMES = [f"/api/v1/things/{number}" for number in range(int(os.environ["BENCH_NAMES"]))]
WARM_S = float(os.environ["BENCH_WARM_S"])
MEASURE_S = float(os.environ["BENCH_MEASURE_S"])
OUT = os.environ["BENCH_OUT"]
STEP_S = 0.001

LATE: list[tuple[float, float]] = []
COUNT = [0]


def pin(core: int) -> None:
    """Pin every thread of this process; those to come inherit it."""
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), {core})


def watch() -> None:
    """Note how late each millisecond comes, as (wall time it was due at, µs late)."""
    gevent.sleep(WARM_S)
    first, until = COUNT[0], time.perf_counter() + MEASURE_S
    while (asked := time.perf_counter()) < until:
        due = time.time() + STEP_S
        gevent.sleep(STEP_S)
        LATE.append((due, (time.perf_counter() - asked - STEP_S) * 1e6))
    with open(OUT, "w", encoding="ascii") as file:
        json.dump({"events": COUNT[0] - first, "seconds": MEASURE_S, "late": LATE}, file)


@events.init.add_listener
def take_place(environment: Any, **_: Any) -> None:
    """On the core of what makes load, where a master that unpacks reports is in nobody's way."""
    if os.environ.get("BENCH_CORE") and not isinstance(environment.runner, MasterRunner):
        pin(int(os.environ["BENCH_CORE"]))


@events.test_start.add_listener
def begin(environment: Any, **_: Any) -> None:
    """Watch beside the users; a master has none."""
    if not isinstance(environment.runner, MasterRunner):
        gevent.spawn(watch)


class Firing(User):
    """Fires request events; no network, so nothing else stops the hub."""

    wait_time = between(0.05, 0.15)

    @task
    def fire(self) -> None:
        """The next name's event."""
        COUNT[0] += 1
        self.environment.events.request.fire(
            request_type="GET",
            name=NAMES[COUNT[0] % len(NAMES)],
            response_time=random.lognormvariate(3.5, 0.5),
            response_length=512,
            exception=None,
            context={},
        )
