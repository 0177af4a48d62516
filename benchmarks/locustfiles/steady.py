"""FastHttpUsers with a think time, measured from inside by the same few lines under both tools.

The process that runs this file pins itself. Response times are kept as the request event brings
them (floats of milliseconds with all their digits); neither tool's own statistics are read.
"""

from __future__ import annotations

import json
import os
import time
from array import array
from typing import Any

import gevent
from locust import FastHttpUser, between, events, task

WARM_S = float(os.environ["BENCH_WARM_S"])
MEASURE_S = float(os.environ["BENCH_MEASURE_S"])
WAIT_S = float(os.environ["BENCH_WAIT_S"])
OUT = os.environ["BENCH_OUT"]

TIMES = array("d")
FAILED = array("L", [0])
READINGS: list[tuple[float, float, float]] = []
MORE: dict[str, array[float]] = {}
"""What another locustfile, which imports this one, wants to be written as well."""


def pin(core: int) -> None:
    """Pin every thread of this process; those to come inherit it."""
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), {core})


if os.environ.get("BENCH_CORE"):
    pin(int(os.environ["BENCH_CORE"]))


def parent_cpu_s() -> float:
    """CPU seconds of the process that started this one (lftui's supervisor)."""
    with open(f"/proc/{os.getppid()}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read() -> None:
    """Note the time, this process's CPU seconds and those of its parent."""
    READINGS.append((time.perf_counter(), time.process_time(), parent_cpu_s()))


def measure() -> None:
    """Open the window after the warm-up, close it at its end."""
    gevent.sleep(WARM_S)
    read()
    events.request.add_listener(note)
    gevent.sleep(MEASURE_S)
    events.request.remove_listener(note)
    read()


def note(response_time: float, exception: BaseException | None = None, **_: Any) -> None:
    """Keep one response time."""
    TIMES.append(response_time)
    if exception is not None:
        FAILED[0] += 1


@events.test_start.add_listener
def begin(**_: Any) -> None:
    """Measure beside the users."""
    gevent.spawn(measure)


@events.test_stop.add_listener
def write(**_: Any) -> None:
    """Write what was measured; an unfinished window is not."""
    if len(READINGS) < 2:
        return
    (began, cpu_began, parent_began), (ended, cpu_ended, parent_ended) = READINGS
    found = {
        "seconds": ended - began,
        "cpu_s": cpu_ended - cpu_began,
        "parent_cpu_s": parent_ended - parent_began,
        "failures": FAILED[0],
        "times_ms": TIMES.tolist(),
        **{name: values.tolist() for name, values in MORE.items()},
    }
    with open(OUT, "w", encoding="ascii") as file:
        json.dump(found, file)


class Visitor(FastHttpUser):
    """Asks for one page again and again."""

    wait_time = between(0.8 * WAIT_S, 1.2 * WAIT_S)

    @task
    def page(self) -> None:
        """The page."""
        self.client.get("/")
