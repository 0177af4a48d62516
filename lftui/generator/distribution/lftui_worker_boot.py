"""What a stock Locust worker gets from an lftui master beside the scenario (`-f -`).

It imports nothing but Locust and what comes with it, since lftui is not on that machine. With it
the worker measures in whole microseconds, tells successes from failures, reports on every full
second, and lets its users go when its master is gone. In an lftui worker it is inert.
"""

from __future__ import annotations

import functools
import os
import platform
import socket
import sys
import time
from typing import Any, NoReturn

import gevent
import locust
import msgpack
from gevent import getcurrent
from locust import argument_parser, events, runners
from locust.user.task import LOCUST_STATE_STOPPING

LOST_AFTER_S = 5.0
ORPHANED_AFTER_S = 15.0
ENDPOINTS = 5_000
TEXTS = 200
TEXT_LIMIT = 4_000
LAG_S = 0.05


def bucket_of(us: int) -> int:
    """As `lftui.metrics.bucket_of`: 3 significant digits."""
    if us < 1_000:
        return max(us, 0)
    if us >= 3_600_000_000:
        return 6660
    unit, base = 10, 900
    while us >= 1_000 * unit:
        unit, base = unit * 10, base + 900
    return base + (us + unit // 2) // unit


def flat(buckets: dict[int, int]) -> list[int]:
    """A histogram as records have it: bucket, count, bucket, count."""
    return [number for bucket in sorted(buckets) for number in (bucket, buckets[bucket])]


class Endpoint:
    """What is new for one request name of one user class."""

    def __init__(self, id: int) -> None:
        self.id = id
        self.count = self.failures = self.sum_us = self.max_us = self.bytes = 0
        self.min_us: int | None = None
        self.ok: dict[int, int] = {}
        self.failed: dict[int, int] = {}

    def add(self, response_time: Any, length: Any, exception: Any) -> None:
        """Count a request; `response_time` in ms or None."""
        self.count += 1
        self.bytes += length or 0
        self.failures += bool(exception)
        if response_time is None:
            return
        us = int(response_time * 1000 + 0.5)
        self.sum_us += us
        self.min_us = us if self.min_us is None or us < self.min_us else self.min_us
        self.max_us = max(self.max_us, us)
        times = self.failed if exception else self.ok
        bucket = bucket_of(us)
        times[bucket] = times.get(bucket, 0) + 1

    def report(self) -> dict[str, Any]:
        """As `lftui.records.EndpointTick`."""
        return {
            "id": self.id,
            "count": self.count,
            "failures": self.failures,
            "sum_us": self.sum_us,
            "min_us": self.min_us,
            "max_us": self.max_us,
            "bytes": self.bytes,
            "ok": flat(self.ok),
            "failed": flat(self.failed),
        }


class Counted:
    """Everything new since the last report."""

    def __init__(self) -> None:
        self.number = 0
        self.last: float | None = None
        self.lag: dict[int, int] = {}
        self.lag_max = 0
        self.cpu = time.process_time(), time.monotonic()
        self.endpoints: dict[tuple[str, str, str], Endpoint] = {}
        self.failures: dict[tuple[Any, ...], int] = {}
        self.runner: Any = None
        self.iterations = 0
        self.counts_iterations = False

    def on_request(
        self,
        request_type: Any,
        name: Any,
        response_time: Any,
        response_length: Any,
        exception: Any = None,
        response: Any = None,
        **_: Any,
    ) -> None:
        """Locust's `request` event."""
        user = getattr(getcurrent(), "args", None)
        owner = type(user[0]).__name__ if user and isinstance(user[0], locust.User) else ""
        key = (owner, str(request_type or ""), str(name))
        endpoint = self.endpoints.get(key)
        if endpoint is None:
            if len(self.endpoints) >= ENDPOINTS:
                key = (owner, "", "(other)")
            endpoint = self.endpoints.setdefault(key, Endpoint(len(self.endpoints) + 1))
        endpoint.add(response_time, response_length, exception)
        self.last = time.monotonic()
        if exception:
            self._fail(endpoint.id, exception, getattr(response, "status_code", None))

    def _fail(self, endpoint: int, exception: Any, status: Any) -> None:
        is_text = isinstance(exception, str)
        text = (exception if is_text else repr(exception))[:TEXT_LIMIT]
        kind = "" if is_text else type(exception).__name__
        number = getattr(exception, "errno", None)
        status = status if isinstance(status, int) else None
        number = number if isinstance(number, int) else None
        key = (endpoint, text, status, kind, number)
        if key not in self.failures and len(self.failures) >= TEXTS:
            key = (endpoint, "other failures", status, kind, number)
        self.failures[key] = self.failures.get(key, 0) + 1

    def on_report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        """Locust's `report_to_master` event."""
        data["lftui"] = msgpack.packb(self.take())

    def begin(self, environment: Any, runner: Any, **_: Any) -> None:
        """Locust's `init` event."""
        self.runner = runner
        gevent.spawn(self.measure_lag)

    def take_orders(self, environment: Any, **_: Any) -> None:
        """Locust's `test_start`: the spawn message before it brought what the master wants."""
        orders = getattr(environment.parsed_options, "lftui", None) or {}
        if orders.get("iterations") and not self.counts_iterations:
            self.counts_iterations = True
            task_set: Any = locust.TaskSet
            usual = task_set.execute_next_task

            def execute_next_task(own: Any) -> None:
                task = own._task_queue[0]
                nested = isinstance(task, type) and issubclass(task, locust.TaskSet)
                try:
                    usual(own)
                finally:
                    self.iterations += not nested

            task_set.execute_next_task = execute_next_task

    def take(self) -> dict[str, Any]:
        """The report: as lftui's `WorkerReport`."""
        endpoints, self.endpoints = self.endpoints, {}
        failures, self.failures = self.failures, {}
        lag, self.lag, lag_max, self.lag_max = self.lag, {}, self.lag_max, 0
        self.number += 1
        return {
            "number": self.number,
            "kind": "booted",
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "versions": {"locust": locust.__version__, "python": platform.python_version()},
            "wall": time.time(),
            "endpoints": [[*key, one.report()] for key, one in endpoints.items()],
            "failures": [
                {"endpoint": key[0], "text": key[1], "status": key[2], "exception": key[3],
                 "errno": key[4], "count": count}
                for key, count in failures.items()
            ],
            "health": {
                "cpu_percent": self._cpu_percent(), "rss_bytes": self._memory(),
                "lag": flat(lag), "lag_max_us": lag_max,
            },
            "iterations": self.iterations,
            "quiet_s": None if self.last is None else time.monotonic() - self.last,
        }  # fmt: skip

    def _memory(self) -> int:
        return int(getattr(self.runner, "current_memory_usage", 0) or 0)

    def _cpu_percent(self) -> float:
        before, self.cpu = self.cpu, (time.process_time(), time.monotonic())
        return round(100 * (self.cpu[0] - before[0]) / max(self.cpu[1] - before[1], 1e-6), 1)

    def measure_lag(self) -> NoReturn:
        """How much later than asked a timer fires: what the hub adds to response times."""
        while True:
            asked = time.monotonic()
            gevent.sleep(LAG_S)
            lag = max(int((time.monotonic() - asked - LAG_S) * 1e6), 0)
            self.lag[bucket_of(lag)] = self.lag.get(bucket_of(lag), 0) + 1
            self.lag_max = max(self.lag_max, lag)


def report_on_the_second(runner: Any) -> NoReturn:
    """In the place of `WorkerRunner.stats_reporter`."""
    while True:
        try:
            runner._send_stats()
        except Exception as error:
            runners.logger.error("the master cannot be reached: %s", error)
        gevent.sleep(1.0 - time.time() % 1.0)


def look_for_master(runner: Any) -> NoReturn:
    """In the place of `WorkerRunner.heartbeat_timeout_checker`."""
    looked, heard, beat, alone = time.monotonic(), time.monotonic(), None, False
    while True:
        gevent.sleep(0.5)
        now = time.monotonic()
        if runner.last_heartbeat_timestamp != beat or now - looked > 2.0:
            heard = now  # heard of it, or it was this process that stood still
            if alone:
                # Where the master has given the users to others it says so next.
                alone = False
                go_to(runner, runner.target_user_classes_count)
        beat, looked = runner.last_heartbeat_timestamp, now
        if beat is None:
            continue
        if now - heard > ORPHANED_AFTER_S:
            runners.logger.error("nothing was heard of the master; this worker ends")
            runner.quit()
        elif now - heard > LOST_AFTER_S and not alone:
            alone = True
            go_to(runner, dict.fromkeys(runner.user_classes_by_name, 0))


def start_worker(runner: Any, user_classes_count: dict[str, int], **_: Any) -> None:
    """In the place of `WorkerRunner.start_worker`, for which users that are leaving still count, so
    that a worker which has let its users go would have none when they are gone."""
    runner.target_user_classes_count = user_classes_count
    for user_class in runner.user_classes:
        if runner.environment.host:
            user_class.host = runner.environment.host
    go_to(runner, user_classes_count)


def go_to(runner: Any, user_classes_count: dict[str, int]) -> None:
    """Have so many users, those that are leaving not counted."""
    staying: dict[str, list[Any]] = {name: [] for name in runner.user_classes_by_name}
    for greenlet in runner.user_greenlets:
        user = greenlet.args[0] if greenlet.args else None
        if user is not None and user._state != LOCUST_STATE_STOPPING:
            staying[type(user).__name__].append(user)
    missing = {}
    for name, users in user_classes_count.items():
        missing[name] = max(users - len(staying[name]), 0)
        for user in staying[name][users:]:
            runner.greenlet.spawn(see_off, user, runner.environment.stop_timeout)
    runner.spawn_users(missing)
    runner.spawning_complete(sum(runner.user_classes_count.values()))
    runner.update_state(runners.STATE_RUNNING)


def see_off(user: Any, patience_s: float) -> None:
    """Let a user finish its task, so long at most."""
    user.stop(force=not patience_s)
    if patience_s:
        user.greenlet.join(patience_s)
        user.greenlet.kill(block=False)


def handle_message(usual: Any, runner: Any, message: Any) -> None:
    """In the place of `WorkerRunner.handle_message`: what takes long does not keep the worker from
    hearing its master."""
    if message.type == "spawn" and getattr(runner, "lftui_ends", False):
        return  # sent before the master heard that this worker ends
    if message.type in ("stop", "quit"):
        gevent.spawn(usual, runner, message)
    else:
        usual(runner, message)


def quit_worker(usual: Any, runner: Any) -> None:
    """In the place of `WorkerRunner.quit`, which users and tasks call."""
    runner.lftui_ends = True
    usual(runner)


def install() -> None:
    """Teach this process."""
    counted = Counted()
    # Locust builds its parser anew for each option of each spawn message.
    argument_parser.default_args_dict = functools.lru_cache(None)(argument_parser.default_args_dict)
    worker: Any = runners.WorkerRunner
    worker.stats_reporter = report_on_the_second
    worker.heartbeat_timeout_checker = look_for_master
    worker.start_worker = start_worker
    worker.quit = functools.partialmethod(functools.partial(quit_worker, worker.quit))
    worker.handle_message = functools.partialmethod(
        functools.partial(handle_message, worker.handle_message)
    )
    events.request.add_listener(counted.on_request)
    events.report_to_master.add_listener(counted.on_report)
    events.test_start.add_listener(counted.take_orders)
    events.test_stop.add_listener(last_report)
    events.init.add_listener(counted.begin)


def last_report(environment: Any, **_: Any) -> None:
    """Locust's `test_stop`: when the master hears that this worker has stopped, it has all."""
    environment.runner._send_stats()


if "lftui.generator.distribution.worker" not in sys.modules:
    install()
