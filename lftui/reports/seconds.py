"""What Locust's JSON counts by the second, folded from the records."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from lftui.records import AnyRecord, EndpointSeen, ErrorSeen, Tick
from lftui.reports.locust_figures import resets


def second_of(tick: Tick) -> int:
    """The second of Unix time that a tick counts for.

    Ticks are cut just after the full second, so it is the one in their middle; what came in a
    tick that was late came at its end, when the hub was free again.
    """
    return int(tick.wall - min(tick.end - tick.start, 1.0) / 2)


def last_response_wall(tick: Tick) -> float:
    """When the newest response came, in Unix seconds."""
    if tick.last_response is None:
        return tick.wall
    return tick.wall - max(tick.mono - tick.last_response, 0.0)


class PerSecond:
    """Counts by second of Unix time, 16 bytes each; a second without any takes none."""

    def __init__(self) -> None:
        self._seconds = array("q")
        self._counts = array("q")
        self._in_order = True

    def add(self, second: int, count: int) -> None:
        """Count `count` more in this second."""
        if self._seconds:
            last = self._seconds[-1]
            if second == last:
                self._counts[-1] += count
                return
            if second < last:  # the machine's clock was put back
                self._in_order = False
        self._seconds.append(second)
        self._counts.append(count)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Seconds and their counts, each second once, in order."""
        pairs = zip(self._seconds, self._counts, strict=True)
        if self._in_order:
            return pairs
        merged: dict[int, int] = {}
        for second, count in pairs:
            merged[second] = merged.get(second, 0) + count
        return iter(sorted(merged.items()))


class EndpointSeconds:
    """One endpoint's counts by second, and when its figures began and ended (Unix seconds)."""

    def __init__(self, start_wall: float) -> None:
        self.start_wall = start_wall
        self.last_wall: float | None = None
        self.requests = PerSecond()
        self.failures = PerSecond()


class ErrorCount:
    """How often an error occurred, and when (Unix seconds)."""

    def __init__(self, wall: float) -> None:
        self.count = 0
        self.first_wall = wall
        self.last_wall = wall


class PerSecondFold:
    """Counts by second and endpoint, and errors by group, since the last reset if there was one.

    `endpoints` are found by method and name, `errors` by the group's id.
    """

    def __init__(self) -> None:
        self.endpoints: dict[tuple[str, str], EndpointSeconds] = {}
        self.errors: dict[int, ErrorCount] = {}
        self._by_id: dict[int, EndpointSeconds] = {}
        self._key_of: dict[int, tuple[str, str]] = {}

    def apply(self, record: AnyRecord) -> None:
        """Take the next record."""
        if isinstance(record, Tick):
            self._on_tick(record)
        elif isinstance(record, EndpointSeen):
            self._on_endpoint(record)
        elif isinstance(record, ErrorSeen):
            self.errors.setdefault(record.id, ErrorCount(record.wall))
        elif resets(record):
            self._reset(record.wall)

    def _on_endpoint(self, record: EndpointSeen) -> None:
        key = (record.method, record.name)
        if key not in self.endpoints:
            self.endpoints[key] = EndpointSeconds(record.wall)
        self._key_of[record.id] = key
        self._by_id[record.id] = self.endpoints[key]

    def _on_tick(self, tick: Tick) -> None:
        second, last = second_of(tick), last_response_wall(tick)
        for one in tick.endpoints:
            endpoint = self._by_id.get(one.id)
            if endpoint is None:
                name = f"(unnamed {one.id})"
                self._on_endpoint(EndpointSeen(id=one.id, method="", name=name, wall=tick.wall))
                endpoint = self._by_id[one.id]
            endpoint.last_wall = last
            endpoint.requests.add(second, one.count)
            if one.failures:
                endpoint.failures.add(second, one.failures)
        for group, count in tick.errors:
            error = self.errors.get(group)
            if error is None:
                error = self.errors[group] = ErrorCount(float(second))
            error.count += count
            error.last_wall = max(error.first_wall, last)

    def _reset(self, wall: float) -> None:
        self.errors.clear()
        for key in self.endpoints:
            self.endpoints[key] = EndpointSeconds(wall)
        self._by_id = {number: self.endpoints[key] for number, key in self._key_of.items()}
