"""`python -m benchmarks.client_load CLIENT ROW URL WARM_S MEASURE_S CORE`: one client, one load.

A process that makes load with one of the HTTP clients, the way a locustfile does: Locust's own
Environment, runner, users, events and statistics. It pins itself to the core, and prints one line
of JSON: requests, failures, seconds, CPU seconds of the window, memory an idle user takes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent
import gevent.socket
from locust import FastHttpUser, HttpUser, User, constant, task
from locust.env import Environment

USERS = 50
SMALL, TEN_KB, MEGABYTE = "/small", "/10kb", "/1mb"
_BODY = {"topic": "photosynthesis", "content_type": "summary", "size": "small"}


def small(client: Any) -> None:
    client.get(SMALL)
    client.get(SMALL)
    client.get(SMALL)


def post_json(client: Any) -> None:
    client.post("/echo", json=_BODY)


def ten_kb(client: Any) -> None:
    client.get(TEN_KB)


def megabyte(client: Any) -> None:
    client.get(MEGABYTE)


def compressed(client: Any) -> None:
    client.get("/gzip")


def caught(client: Any) -> None:
    with client.get(SMALL, catch_response=True) as response:
        if response.status_code != 200:
            response.failure("no")


def with_headers(client: Any) -> None:
    headers = {"X-API-Key": "key", "Authorization": "Bearer 0123456789"}
    client.get(SMALL, headers=headers, name="small")


ROWS: dict[str, Callable[[Any], None]] = {
    "small": small,
    "post": post_json,
    "10kb": ten_kb,
    "1mb": megabyte,
    "gzip": compressed,
    "tls": small,
    "cookies": small,
    "caught": caught,
    "headers": with_headers,
}


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
    requests, failures = total.num_requests, total.num_failures
    cpu, began = time.process_time(), time.perf_counter()
    gevent.sleep(measure_s)
    cpu_s, seconds = time.process_time() - cpu, time.perf_counter() - began
    made = {
        "requests": total.num_requests - requests,
        "failures": total.num_failures - failures,
        "seconds": seconds,
        "cpu_s": cpu_s,
        "user_kb": (_resident() - before) / USERS / 1000,
        "p50_ms": total.get_response_time_percentile(0.5),
    }
    print(json.dumps(made), flush=True)
    os._exit(0)  # the users are in the middle of requests


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:4], float(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]))
