"""A target that is a queue: so many connections in a pool, lognormal service times, first come first
served. Its capacity can be worked out by a long simulation, so that a search can be held against it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import exp

from lftui.metrics import Histogram, bucket_of
from lftui.records import Arrivals, EndpointTick, Tick

Response = tuple[float, float, float]
"""When it came, what it took from when it was sent, and from when it should have been; seconds."""


class Pool:
    """The target's connections."""

    def __init__(self, draw: random.Random, connections: int, mean_s: float, sigma: float) -> None:
        self._draw = draw
        self._free = [0.0] * connections
        self._median_s = mean_s / exp(sigma * sigma / 2)
        self._sigma = sigma

    def serve(self, at_s: float) -> float:
        """When a request that comes at this time is answered; requests come in order."""
        begins = max(at_s, heappop(self._free))
        ends = begins + self._median_s * self._draw.lognormvariate(0.0, self._sigma)
        heappush(self._free, ends)
        return ends


class Closed:
    """Users who ask, wait, think, and ask again."""

    def __init__(self, draw: random.Random, pool: Pool, think_s: float) -> None:
        self._draw, self._pool, self._think_s = draw, pool, think_s
        self._asks: list[float] = []
        self.now = 0.0

    def set(self, level: float) -> None:
        """So many users, from now on; those who come begin within their think time."""
        users = round(level)
        self._asks = sorted(self._asks)[:users]
        new = range(users - len(self._asks))
        self._asks += [self.now + self._draw.uniform(0.0, self._think_s) for _ in new]
        heapify(self._asks)

    def run(self, seconds: float) -> list[Response]:
        """What is asked in so many seconds, and its answers."""
        self.now += seconds
        found = []
        asks = self._asks
        while asks and asks[0] < self.now:
            at_s = heappop(asks)
            ends = self._pool.serve(at_s)
            found.append((ends, ends - at_s, ends - at_s))
            heappush(asks, ends + self._draw.expovariate(1.0 / self._think_s))
        return found

    def arrivals(self) -> Arrivals | None:
        """None: nobody waits for a user here."""
        return None


class Open:
    """Iterations that come at a rate, independent of one another, each of one request."""

    def __init__(self, draw: random.Random, pool: Pool, max_users: int) -> None:
        self._draw, self._pool = draw, pool
        self._users = [0.0] * max_users
        self._rate = 0.0
        self._next = 0.0
        self._due = self._late = self._dropped = 0
        self.now = 0.0

    def set(self, level: float) -> None:
        """So many iterations a second, from now on."""
        self._rate = level
        self._next = self.now + self._draw.expovariate(level)

    def run(self, seconds: float) -> list[Response]:
        """What is asked in so many seconds, and its answers."""
        self.now += seconds
        found = []
        while self._next < self.now:
            due = self._next
            self._next += self._draw.expovariate(self._rate)
            self._due += 1
            begins = max(due, self._users[0])
            if begins - due >= 5.0:
                self._dropped += 1
                continue
            heappop(self._users)
            self._late += begins - due >= 0.05
            ends = self._pool.serve(begins)
            heappush(self._users, ends)
            found.append((ends, ends - begins, ends - due))
        return found

    def arrivals(self) -> Arrivals | None:
        """What came since this was asked last."""
        said = Arrivals(self._rate, self._due, self._due - self._dropped, self._late, self._dropped)
        self._due = self._late = self._dropped = 0
        return said


Load = Closed | Open


class Ticking:
    """A load as a generator reports it: what was answered in each second, though it was asked in
    an earlier one."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.level = 0.0
        self._under_way: list[Response] = []

    def set(self, level: float) -> None:
        """Another level."""
        self.level = level
        self.load.set(level)

    def tick(self) -> Tick:
        """The next second."""
        start = self.load.now
        self._under_way += self.load.run(1.0)
        end = self.load.now
        done = [one for one in self._under_way if one[0] <= end]
        self._under_way = [one for one in self._under_way if one[0] > end]
        arrivals = self.load.arrivals()
        users = len(self._under_way) if arrivals is not None else round(self.level)
        return Tick(
            start=start,
            end=end,
            state="running",
            users=users,
            target=users,
            in_flight=len(self._under_way),
            endpoints=[_endpoint(done, arrivals is not None)],
            arrivals=arrivals,
        )


def _endpoint(done: Sequence[Response], is_open: bool) -> EndpointTick:
    us = [int(1e6 * sent) for _, sent, _ in done]
    return EndpointTick(
        id=1,
        count=len(done),
        failures=0,
        sum_us=sum(us),
        min_us=min(us, default=None),
        max_us=max(us, default=0),
        bytes=0,
        ok=Histogram.of(us).sparse(),
        intended=Histogram.of(int(1e6 * due) for _, _, due in done).sparse() if is_open else [],
    )


def p95_s(load: Load, level: float, seconds: int = 1500, settle: int = 60) -> float:
    """The true p95 from the intended start at a level, by a long simulation."""
    load.set(level)
    load.run(settle)
    buckets = sorted(due for _, _, due in load.run(seconds))
    return buckets[int(0.95 * len(buckets))]


__all__ = ["Closed", "Load", "Open", "Pool", "Ticking", "bucket_of", "p95_s"]
