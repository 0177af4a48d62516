"""Workers without processes: meters that report to a fleet, as they would over the wire."""

from __future__ import annotations

from typing import Any

from locust.stats import RequestStats

from lftui.generator.distribution.fleet import Fleet
from lftui.generator.distribution.lftui_worker_boot import Counted
from lftui.generator.distribution.reporter import Reporter
from lftui.generator.health import Health
from lftui.generator.in_flight import InFlight
from lftui.generator.meter import Meter
from lftui.records import AnyRecord, EndpointSeen, EndpointTick, ErrorSeen, Marked
from lftui.safe_text import Redactor

Event = dict[str, Any]


class Master:
    """A fleet, its meter, and what it says."""

    def __init__(self, digest: str = "", headers: tuple[str, ...] = ()) -> None:
        self.said: list[AnyRecord] = []
        self.marks: list[Marked] = []
        self.meter = Meter(Redactor(), self.said.append)
        self.fleet = Fleet(
            self.meter, Redactor(), self.said.append, self.marks.append, digest, headers
        )

    def take(self, client: str, data: dict[str, Any], users: int = 1) -> None:
        """One report of a worker, after it has connected."""
        self.fleet.ready(client, "2.47.0")
        self.fleet.take(client, {"user_classes_count": {"User": users}, **data})

    def of(self, kind: type[Any]) -> list[Any]:
        """The records of one kind."""
        return [record for record in self.said if isinstance(record, kind)]

    def counted(self) -> tuple[dict[tuple[str, str, str], EndpointTick], dict[Any, int]]:
        """What the meter holds, by endpoint, and failures by what they are."""
        return counted(self.meter, self.said)


class LftuiWorker:
    """The measuring side of an lftui worker."""

    def __init__(self, name: str = "") -> None:
        self.reporter = Reporter(name, Health(), InFlight())
        self.meter = Meter(Redactor(), self.reporter.take)
        self.reporter.measures(self.meter)

    def fire(self, event: Event) -> None:
        self.meter.on_request(**event)

    def report(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.reporter.on_report("", data)
        return data


class BootedWorker:
    """The measuring side of a stock worker with the master's boot file."""

    def __init__(self) -> None:
        self._counted = Counted()

    def fire(self, event: Event) -> None:
        self._counted.on_request(**event)

    def report(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self._counted.on_report("", data)
        return data


class StockWorker:
    """A stock worker's own statistics."""

    def __init__(self) -> None:
        self._stats = RequestStats(use_response_times_cache=False)

    def fire(self, event: Event) -> None:
        method, name = event["request_type"], event["name"]
        self._stats.log_request(method, name, event["response_time"], event["response_length"])
        if event["exception"]:
            self._stats.log_error(method, name, event["exception"])

    def report(self) -> dict[str, Any]:
        errors = {key: error.serialize() for key, error in self._stats.errors.items()}
        data = {"stats": self._stats.serialize_stats(), "errors": errors}
        self._stats.errors = {}
        return data


def counted(
    meter: Meter, said: list[AnyRecord]
) -> tuple[dict[tuple[str, str, str], EndpointTick], dict[Any, int]]:
    """What a meter holds, with the names and failures that it announced."""
    interval = meter.cut()
    names = {one.id: one for one in said if isinstance(one, EndpointSeen)}
    groups = {one.id: one for one in said if isinstance(one, ErrorSeen)}
    endpoints = {}
    for chunk in interval.endpoint_chunks(100):
        for tick in chunk:
            seen = names[tick.id]
            endpoints[seen.user_class, seen.method, seen.name] = tick
    failures = {}
    for number, count in interval.errors:
        group = groups[number]
        seen = names[group.endpoint]
        failures[seen.method, seen.name, group.status, group.exception, group.text] = count
    return endpoints, failures


__all__ = ["BootedWorker", "LftuiWorker", "Master", "StockWorker", "counted"]
