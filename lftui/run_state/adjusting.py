"""Response times from when a request was due: what coordinated omission leaves out.

A user who waits for an answer sends nothing meanwhile, so a target that stands still is asked less
just then, and percentiles of what was sent hardly show it (Gil Tene's "coordinated omission"). In
an open workload each iteration has its time, and the generator measures from it. In a closed one
only users with a pacing have times at which they would have sent: theirs are corrected by
HdrHistogram's method (`lftui.metrics.omission`). For others nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lftui.metrics import MAX_US, corrected
from lftui.records import AnyRecord, EndpointSeen, EndpointTick, Loaded, Tick, UserClassFact


class Adjusting(msgspec.Struct):
    """Puts the adjusted response times into ticks, so that every fold finds them in
    `EndpointTick.intended`.

    Attributes:
        pacing_s: of the chosen user classes that have one.
        iterations: done so far, by paced class.
        requests: completed so far, by endpoint id, of paced classes.
    """

    pacing_s: dict[str, float] = {}
    iterations: dict[str, int] = {}
    requests: dict[int, int] = {}

    def on_classes(self, classes: Sequence[UserClassFact]) -> None:
        """Which classes are paced."""
        self.pacing_s = {
            one.name: one.pacing_s
            for one in classes
            if one.chosen and one.pacing_s is not None and one.pacing_s > 0
        }

    def adjusted(self, tick: Tick, class_of: Mapping[int, str]) -> Tick:
        """The tick with the adjusted times of each endpoint; as it is where there are none."""
        if tick.arrivals is not None:
            return self._from_due(tick)
        return self._paced(tick, class_of) if self.pacing_s else tick

    def _from_due(self, tick: Tick) -> Tick:
        """Where an endpoint says nothing, all were sent when they were due."""
        if all(one.intended or not one.ok for one in tick.endpoints):
            return tick
        endpoints = [_with(one, one.intended or one.ok) for one in tick.endpoints]
        return msgspec.structs.replace(tick, endpoints=endpoints)

    def _paced(self, tick: Tick, class_of: Mapping[int, str]) -> Tick:
        for name, count in tick.iterations.items():
            self.iterations[name] = self.iterations.get(name, 0) + count
        endpoints = [self._one(one, class_of.get(one.id, "")) for one in tick.endpoints]
        return msgspec.structs.replace(tick, endpoints=endpoints)

    def _one(self, endpoint: EndpointTick, name: str) -> EndpointTick:
        pacing_s = self.pacing_s.get(name)
        if pacing_s is None:
            return _with(endpoint, endpoint.ok)
        sent = self.requests[endpoint.id] = self.requests.get(endpoint.id, 0) + endpoint.count
        interval_us = 1e6 * pacing_s * self._iterations_a_request(name, sent)
        return _with(endpoint, corrected(endpoint.ok, max(1, round(min(interval_us, MAX_US)))))

    def _iterations_a_request(self, name: str, sent: int) -> float:
        """How many iterations of its class come to one request of an endpoint: what makes of the
        pacing the time between two requests of a user. One where nobody counts them (a stock
        worker), and before the first is done."""
        done = self.iterations.get(name, 0)
        return done / sent if done > 0 and sent > 0 else 1.0


def _with(endpoint: EndpointTick, intended: list[int]) -> EndpointTick:
    return msgspec.structs.replace(endpoint, intended=intended)


class AdjustedTicks:
    """The records of a run with the adjusted times in their ticks, for who folds them alone."""

    def __init__(self) -> None:
        self._adjusting = Adjusting()
        self._class_of: dict[int, str] = {}

    def take(self, record: AnyRecord) -> AnyRecord:
        """The next record."""
        if isinstance(record, Tick):
            return self._adjusting.adjusted(record, self._class_of)
        if isinstance(record, Loaded):
            self._adjusting.on_classes(record.user_classes)
        elif isinstance(record, EndpointSeen) and record.user_class:
            self._class_of[record.id] = record.user_class
        return record
