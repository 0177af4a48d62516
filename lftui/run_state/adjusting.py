"""Response times from when a request was due: what coordinated omission leaves out.

A user who waits for an answer sends nothing meanwhile, so a target that stands still is asked less
just then, and percentiles of what was sent hardly show it (Gil Tene's "coordinated omission"). In
an open workload each iteration has its time, and the generator measures from it.
"""

from __future__ import annotations

import msgspec

from lftui.records import EndpointTick, Tick


class Adjusting(msgspec.Struct):
    """Puts the adjusted response times into ticks, so that every fold finds them in
    `EndpointTick.intended`."""

    def adjusted(self, tick: Tick) -> Tick:
        """The tick with the adjusted times of each endpoint; as it is where there are none."""
        if tick.arrivals is None:
            return tick
        if all(one.intended or not one.ok for one in tick.endpoints):
            return tick
        endpoints = [_as_measured(one) for one in tick.endpoints]
        return msgspec.structs.replace(tick, endpoints=endpoints)


def _as_measured(endpoint: EndpointTick) -> EndpointTick:
    """Where nothing is said, all were sent when they were due."""
    if endpoint.intended:
        return endpoint
    return msgspec.structs.replace(endpoint, intended=endpoint.ok)
