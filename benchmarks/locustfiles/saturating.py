"""Users without think time. A process that makes load pins itself to its core of BENCH_CORES: the
generator to the first, the worker `local-N` to the one with its number."""

import os

from locust import FastHttpUser, constant, events, task

CORES = [int(core) for core in os.environ["BENCH_CORES"].split(",")]


@events.init.add_listener
def pin(environment, runner, **_):
    name = type(runner).__name__
    if name == "LocalRunner":
        os.sched_setaffinity(0, {CORES[0]})
    elif name == "Worker":
        os.sched_setaffinity(0, {CORES[runner.worker_index % len(CORES)]})


class Saturating(FastHttpUser):
    wait_time = constant(0)

    @task
    def get(self):
        self.client.get("/")
