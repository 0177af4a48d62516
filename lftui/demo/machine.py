"""The machine that the demo target pretends to be: its pools, its pace and its faults."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import gevent

from lftui.demo.errors import ApiError
from lftui.demo.latency import COSTS, Draws
from lftui.demo.options import Options
from lftui.demo.pools import Pool

_QUOTA_WINDOW_S = 60.0
_FAULTS = (
    (500, "internal error (injected)"),
    (502, "bad gateway (injected)"),
    (503, "service unavailable (injected)"),
)


class Quota:
    """Calls that an external API allows in a minute."""

    def __init__(self, per_window: int, clock: Callable[[], float]) -> None:
        self._per_window = per_window
        self._clock = clock
        self._used = 0
        self._since = clock()

    @property
    def remaining(self) -> int:
        self._turn_window()
        return self._per_window - self._used

    def take(self) -> None:
        """Use one call.

        Raises:
            ApiError: 503 with the seconds until the quota is renewed.
        """
        if self.remaining <= 0:
            wait_s = self._since + _QUOTA_WINDOW_S - self._clock()
            raise ApiError(503, "the external API's quota is used up", retry_after_s=wait_s)
        self._used += 1

    def _turn_window(self) -> None:
        now = self._clock()
        if now - self._since >= _QUOTA_WINDOW_S:
            self._since, self._used = now, 0


class Machine:
    """Makes a request take its time, in the pools that it needs."""

    def __init__(
        self,
        options: Options,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = gevent.sleep,
    ) -> None:
        self.speed = options.speed
        self._errors = options.errors
        self._draws = Draws(options.seed)
        self._faults = random.Random(f"{options.seed}:faults")
        self._sleep = sleep
        capacity = options.capacity
        # A scheduler's hiccup must not look like overload when the target runs very fast.
        patience_s = max(1.0, 3.0 / self.speed)
        self.workers = Pool("worker", capacity, 16 * capacity, patience_s)
        self.database = Pool("database", max(1, capacity // 4), capacity, patience_s)
        self.external = Pool("external API", capacity, 2 * capacity, max(1.0, 10.0 / self.speed))
        self.quota = Quota(max(1, round(60 * capacity * self.speed)), clock)

    @property
    def queued(self) -> int:
        return self.workers.queued + self.database.queued + self.external.queued

    def draw(self, name: str) -> float:
        """The next factor or milliseconds of the curve `name`, not scaled by the speed."""
        return self._draws.milliseconds(name)

    def work(self, name: str, factor: float = 1.0) -> None:
        """Spend the time of one request to `name`, holding a worker and perhaps the database.

        Raises:
            Overloaded: a pool's queue is full, or the wait in it was too long.
            ApiError: an injected fault.
        """
        seconds = self._seconds(name, factor)
        in_database = seconds * COSTS[name].db_share
        with self.workers.slot():
            self._sleep(seconds - in_database)
            if in_database:
                with self.database.slot():
                    self._sleep(in_database)
        self._maybe_fail()

    def generate(self, name: str, factor: float) -> None:
        """Spend a generation's time: mostly with the external API, and there without a worker.

        Generations alone thus fill their own pool only, and short requests stay short.

        Raises:
            Overloaded, ApiError: as `work`, or the external API's quota is used up.
        """
        seconds = self._seconds(name, factor)
        own = min(seconds * 0.05, 0.05 / self.speed)
        with self.workers.slot():
            self._sleep(own)
        with self.external.slot():
            self.quota.take()
            self._sleep(seconds - own)
        self._maybe_fail()

    def _seconds(self, name: str, factor: float) -> float:
        return self.draw(name) * factor / 1000.0 / self.speed

    def _maybe_fail(self) -> None:
        # Always drawn, so that the n-th fault of a seed does not depend on the ratio.
        luck, fault = self._faults.random(), self._faults.choice(_FAULTS)
        if luck < self._errors:
            raise ApiError(*fault)
