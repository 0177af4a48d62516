"""`python -m benchmarks.client_load CLIENT ROW URL WARM_S MEASURE_S CORE`: one client, one load.

A process that makes load with one of the HTTP clients, the way a locustfile does: Locust's own
Environment, runner, users, events and statistics. It pins itself to the core, and prints one line
of JSON: requests, failures, seconds, CPU seconds of the window, memory that a user takes.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from typing import Any

import gevent
import gevent.socket
from locust import FastHttpUser, HttpUser, User, constant, task
from locust.env import Environment

from benchmarks.client_rows import GROWTH_REQUESTS, ROWS, USERS


def _base(client: str) -> type[Any]:
    if client == "lean":
        from lftui.http import LeanHttpUser

        return LeanHttpUser
    return {"bare": BareUser, "fast": FastHttpUser, "http": HttpUser}[client]


class BareSocket:
    """The floor: a request is bytes sent to a gevent socket, bytes received, and the event."""

    def __init__(self, url: str, event: Any) -> None:
        host, port = url.rpartition("/")[2].split(":")
        self._socket = gevent.socket.create_connection((host, int(port)))
        self._event = event

    def get(self, path: str) -> None:
        """Send a GET; the response is taken for one that fits into one piece."""
        start = time.perf_counter()
        self._socket.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = self._socket.recv(65536)
        self._event.fire(
            request_type="GET",
            name=path,
            response_time=(time.perf_counter() - start) * 1000,
            response_length=len(data),
            exception=None,
            context={},
        )


class BareUser(User):
    """A Locust user with the least client there can be."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = BareSocket(str(self.host), environment.events.request)


def _user_class(client: str, row: str, url: str) -> type[User]:
    act = ROWS[row]

    class Bench(_base(client)):  # type: ignore[misc]
        host = url
        wait_time = constant(0)
        insecure = True

        def on_start(self) -> None:
            if client == "http":
                self.client.verify = False
            if row == "cookies":
                self.client.get("/login")

        @task
        def act(self) -> None:
            act(self.client)

    return Bench


def main(client: str, row: str, url: str, warm_s: float, measure_s: float, core: int) -> None:
    """Make the load and print what it cost."""
    os.sched_setaffinity(0, {core})
    environment = Environment(user_classes=[_user_class(client, row, url)])
    runner = environment.create_local_runner()
    before = _resident()
    runner.start(USERS, spawn_rate=USERS)
    gevent.sleep(warm_s)
    total = environment.stats.total
    user_kb = (_resident() - before) / USERS / 1000
    if row == "growth":
        made: dict[str, Any] = _grow(total)
    else:
        made = {**_measure(total, measure_s), "user_kb": user_kb}
    print(json.dumps(made), flush=True)
    os._exit(0)  # the users are in the middle of requests


def _measure(total: Any, seconds: float) -> dict[str, Any]:
    requests, failures = total.num_requests, total.num_failures
    cpu, began = time.process_time(), time.perf_counter()
    gevent.sleep(seconds)
    return {
        "cpu_s": time.process_time() - cpu,
        "seconds": time.perf_counter() - began,
        "requests": total.num_requests - requests,
        "failures": total.num_failures - failures,
    }


def _grow(total: Any) -> dict[str, Any]:
    """The memory at a tenth of the requests and at all of them. Locust's own count a second is
    left out: it keeps one for ever."""
    sizes = []
    for many in (GROWTH_REQUESTS // 10, GROWTH_REQUESTS):
        while total.num_requests < many:
            gevent.sleep(0.05)
        gc.collect()
        sizes.append(_resident())
    return {"bytes": sizes, "requests": total.num_requests, "failures": total.num_failures}


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:4], float(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]))
