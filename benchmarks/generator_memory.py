"""A generator's memory over a long run: `python -m benchmarks.generator_memory LOCUSTFILE HOURS`.

The real Environment, listeners, meter and ticker, and what accompanies a run (Locust's history,
the pruning) on a clock that is told what time it is. Prints [hour, resident bytes] pairs as JSON.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from types import SimpleNamespace
from typing import Any

import locust
import locust.stats

from lftui.generator import locust_host

_ENDPOINTS = 30
_RPS = 100  # half of the journal's: what could grow, grows by time, endpoints and errors
_FAILING = 0.005
_POOL = 50_000


class Clock:
    """Simulated time: sleepers wake when it is moved past their moment."""

    def __init__(self) -> None:
        self.now = time.time()
        self._sleepers: list[tuple[float, Any]] = []

    def time(self) -> float:
        """Wall-clock seconds."""
        return self.now

    def sleep(self, seconds: float = 0.0) -> None:
        """Sleep in simulated time; a turn of the hub where there is nothing to sleep."""
        from gevent import sleep
        from gevent.event import Event

        if seconds <= 0:
            sleep(0)
            return
        woken = Event()
        self._sleepers.append((self.now + seconds, woken))
        woken.wait()

    def move(self, seconds: float) -> None:
        """Move on, and let those run whose time has come."""
        import gevent

        self.now += seconds
        due = [woken for moment, woken in self._sleepers if moment <= self.now]
        self._sleepers = [one for one in self._sleepers if one[0] > self.now]
        for woken in due:
            woken.set()
        gevent.sleep(0)

    def rule(self) -> None:
        """Take the place of time in Locust's statistics and in what accompanies a run."""
        import gevent

        locust.stats.time = SimpleNamespace(time=self.time)  # type: ignore[assignment]
        for module in (locust.stats, locust_host):
            module.gevent = SimpleNamespace(sleep=self.sleep, spawn=gevent.spawn)  # type: ignore[attr-defined]


class Sink:
    """A channel whose other end takes everything at once."""

    backlog = 0
    sent = 0

    def send(self, record: Any) -> None:
        """Encode a record and forget it."""
        from lftui.records import encode

        self.send_line(encode(record))

    def send_line(self, line: bytes) -> None:
        """Count and forget."""
        self.sent += len(line)


class Generator:
    """A generator as far as it counts: everything but users and sockets."""

    def __init__(self, locustfile: str, clock: Clock) -> None:
        from lftui.generator.command_line import Parsed
        from lftui.generator.health import Health
        from lftui.generator.in_flight import InFlight
        from lftui.generator.meter import Meter
        from lftui.generator.scenario import Scenario
        from lftui.generator.ticker import Ticker
        from lftui.options import takes_value
        from lftui.plan import RunPlan
        from lftui.records import Tick
        from lftui.safe_text import Redactor

        self.clock = clock
        channel = Sink()
        flight = InFlight()
        meter = Meter(Redactor.from_environment(os.environ), channel.send)
        locust_host.prepare(meter, flight)
        argv = ["--headless", "-f", locustfile, "-H", "http://target.test"]
        parsed = Parsed(argv, takes_value())
        self.host = locust_host.LocustHost(Scenario(argv), parsed, RunPlan(argv=argv))
        meter.name_users(self.host.class_names)
        status = Tick(start=0, end=0, state="running", target=100, users=100)
        self.ticker = Ticker(meter, Health(), flight, channel, lambda: status)  # type: ignore[arg-type]
        self.host.runner.state = "running"
        self.host.begin()

    def live(self, seconds: int) -> None:
        """Live through so many seconds of requests, and a tick after each."""
        source = random.Random(2)
        times = [source.lognormvariate(3.5, 0.6) for _ in range(_POOL)]
        names = [f"/api/v1/things/{number}" for number in range(_ENDPOINTS)]
        fire = self.host.environment.events.request.fire
        count = 0
        for second in range(seconds):
            for _ in range(_RPS):
                count += 1
                failed = source.random() < _FAILING
                fire(
                    request_type="GET",
                    name=names[count % _ENDPOINTS],
                    response_time=times[count * 7919 % _POOL],
                    response_length=2048,
                    response=None,
                    context={},
                    exception=ConnectionError(f"no answer to job {count}") if failed else None,
                )
            self.ticker.cut()
            self.clock.move(1.0)
            if second % 600 == 0:
                self.clock.sleep(0)


def main(locustfile: str, hours: int) -> list[tuple[int, int]]:
    """The resident bytes at the start and after each hour."""
    import gevent

    from benchmarks.memory import rss

    clock = Clock()
    clock.rule()
    generator = Generator(locustfile, clock)
    user = next(iter(generator.host.environment.user_classes))(generator.host.environment)
    readings = [(0, rss())]

    def live(_: object) -> None:  # a user's greenlet has its user as the argument
        for hour in range(1, hours + 1):
            generator.live(3600)
            readings.append((hour, rss()))

    gevent.spawn(live, user).get()
    return readings


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))), flush=True)
    os._exit(0)
