"""A worker's side of the reports: what it measured since the last one, packed."""

from __future__ import annotations

import os
import platform
import socket
import time
from typing import TYPE_CHECKING, Any

import gevent
import locust

from lftui import __version__
from lftui.generator.class_iterations import ClassIterations
from lftui.generator.distribution.report import (
    BREATH_S,
    FIELD,
    PIECE,
    EndpointReport,
    FailureReport,
    WorkerReport,
    encode_report,
)
from lftui.generator.health import Health
from lftui.generator.in_flight import InFlight
from lftui.generator.limits import Limits
from lftui.generator.meter import Interval, Meter
from lftui.records import AnyRecord, EndpointSeen, ErrorSeen, Logged

if TYPE_CHECKING:
    from lftui.generator.arrivals.pacer import Pacer

_LOGS_KEPT = 400


class Reporter:
    """Adds a `WorkerReport` to each report of Locust's.

    Args:
        name: what the master calls this worker; "" where it did not start it.
    """

    def __init__(self, name: str, health: Health, in_flight: InFlight) -> None:
        self._name = name
        self._health = health
        self._in_flight = in_flight
        self._meter: Meter | None = None
        self._number = 0
        self._named: dict[int, EndpointSeen] = {}
        self._groups: dict[int, ErrorSeen] = {}
        self._logs: list[Logged] = []
        self._facts: dict[str, Any] = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "versions": {
                "lftui": __version__,
                "locust": locust.__version__,
                "python": platform.python_version(),
            },
        }
        self.scenario_sha256 = ""
        self.problem = ""
        self.pacer: Pacer | None = None
        self.limits = Limits(None, None, lambda why: None)
        self.class_iterations = ClassIterations()

    def measures(self, meter: Meter) -> None:
        """What is reported is what this meter counts."""
        self._meter = meter

    def take(self, record: AnyRecord) -> None:
        """What the meter announces, and what is logged here; also from native threads."""
        match record:
            case EndpointSeen():
                self._named[record.id] = record
            case ErrorSeen():
                self._groups[record.id] = record
            case Logged() if len(self._logs) < _LOGS_KEPT:
                self._logs.append(record)

    def on_report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        """Locust's `report_to_master` event."""
        data[FIELD] = encode_report(self.report(), _breathe)

    def report(self) -> WorkerReport:
        """What is new since the last call."""
        assert self._meter is not None
        interval = self._meter.cut()
        last = self._meter.last_response
        oldest = self._in_flight.oldest_s()
        logs, self._logs = self._logs, []
        self._number += 1
        return WorkerReport(
            number=self._number,
            kind="lftui",
            name=self._name,
            scenario_sha256=self.scenario_sha256,
            wall=time.time(),
            endpoints=self._endpoints(interval),
            failures=[self._failure(group, count) for group, count in interval.errors],
            health=self._health.take(0, 0),
            in_flight=len(self._in_flight) if self._in_flight.known else None,
            oldest_in_flight_s=oldest,
            cut=self._in_flight.cut,
            iterations=self.limits.done,
            iterations_by_class=self.class_iterations.take(),
            quiet_s=None if last is None else time.monotonic() - last,
            logs=logs,
            problem=self.problem,
            arrivals=self.pacer.counts() if self.pacer else None,
            **self._facts,
        )

    def _endpoints(self, interval: Interval) -> list[EndpointReport]:
        found = []
        for chunk in interval.endpoint_chunks(PIECE):
            for tick in chunk:
                seen = self._named[tick.id]
                found.append(EndpointReport(seen.user_class, seen.method, seen.name, tick))
            if len(chunk) == PIECE:
                _breathe()
        return found

    def _failure(self, group: int, count: int) -> FailureReport:
        seen = self._groups[group]
        return FailureReport(
            endpoint=seen.endpoint,
            text=seen.sample,
            count=count,
            status=seen.status,
            exception=seen.exception,
            errno=seen.errno,
            varied=seen.varied,
        )


def _breathe() -> None:
    gevent.sleep(BREATH_S)
