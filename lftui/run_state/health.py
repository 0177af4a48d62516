"""How the measuring instrument was: the generator's process, and with workers each of theirs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.metrics import Histogram
from lftui.records import GeneratorHealth, Tick, WorkerTick

MASTER = "the master"
"""Who a full core is of where it is none of a worker's."""
MISSING, LEFT = "missing", "left"
"""The state of a worker that is lost."""
FULL_PERCENT = 90.0
"""A process that makes load is one thread: from here on its core has no room left."""
_SHORT_TICK_S = 0.2
_MOST_FULL = 50


class FullCore(msgspec.Struct):
    """One process whose core was full: for how many seconds, and its most CPU in them."""

    busy_s: float = 0.0
    cpu_percent_max: float = 0.0


class Readings(msgspec.Struct):
    """What a tick says of all processes that make load, put together once for every span.

    Attributes:
        health: of the generator (of the master, where there are workers).
        cpu_percent: of the busiest one.
        lag: the histogram of all loops' lag in µs, sparse; the longest is `lag_max_us`.
        full: with workers whose core was full (a worker's id, or `MASTER`), and its CPU.
    """

    health: GeneratorHealth
    length_s: float
    cpu_percent: float
    lag: Sequence[int]
    lag_max_us: int
    full: list[tuple[str, float]] = []
    distributed: bool = False

    @classmethod
    def of(cls, tick: Tick) -> Readings:
        """Those of a tick."""
        health, length_s, workers = tick.health, tick.end - tick.start, there(tick)
        if not workers:
            return cls(health, length_s, health.cpu_percent, health.lag, health.lag_max_us)
        lag = Histogram.from_sparse(health.lag)
        for worker in workers:
            lag.add_sparse(worker.lag)
        used = [(MASTER, health.cpu_percent), *((one.id, one.cpu_percent) for one in workers)]
        return cls(
            health,
            length_s,
            busiest_percent(health, workers),
            lag.sparse(),
            lag_max_of(tick),
            [(name, percent) for name, percent in used if percent >= FULL_PERCENT],
            True,
        )


class HealthFacts(msgspec.Struct):
    """The generator's readings over the whole run or a span of it, and the latest.

    With workers the load is theirs: the lag is that of all processes, the CPU that of the busiest
    one. Memory and open files are always the generator's own.

    Attributes:
        latest: of the generator (of the master, where there are workers).
        lag: histogram of the loop lag in µs.
        covered_s: seconds of the ticks whose CPU counts.
        busy_s: those of them in which its core, or that of any worker, was as good as full.
        full: with workers whose core that was: by the worker's id, or `MASTER`.
        distributed: there were workers.
    """

    latest: GeneratorHealth = msgspec.field(default_factory=GeneratorHealth)
    cpu_percent_max: float = 0.0
    rss_bytes_max: int = 0
    open_files_max: int = 0
    lag: Histogram = msgspec.field(default_factory=Histogram)
    lag_max_us: int = 0
    pack_max_us: int = 0
    covered_s: float = 0.0
    busy_s: float = 0.0
    full: dict[str, FullCore] = {}
    distributed: bool = False

    def add(self, read: Readings) -> None:
        """Add a tick's readings; the CPU of a short interval says nothing and is left out."""
        health = read.health
        if read.length_s >= _SHORT_TICK_S:
            self.latest = health
            self.cpu_percent_max = max(self.cpu_percent_max, read.cpu_percent)
            self.covered_s += read.length_s
            self.busy_s += read.length_s if read.cpu_percent >= FULL_PERCENT else 0.0
            for name, percent in read.full:
                self._add_full(name, percent, read.length_s)
        self.rss_bytes_max = max(self.rss_bytes_max, health.rss_bytes)
        self.open_files_max = max(self.open_files_max, health.open_files)
        self.lag.add_sparse(read.lag)
        self.lag_max_us = max(self.lag_max_us, read.lag_max_us)
        self.pack_max_us = max(self.pack_max_us, health.pack_us)
        self.distributed = self.distributed or read.distributed

    def _add_full(self, name: str, percent: float, length_s: float) -> None:
        if name in self.full or len(self.full) < _MOST_FULL:
            core = self.full.setdefault(name, FullCore())
            core.busy_s += length_s
            core.cpu_percent_max = max(core.cpu_percent_max, percent)


def there(tick: Tick) -> list[WorkerTick]:
    """The workers that are not lost."""
    return [worker for worker in tick.workers if worker.state not in (MISSING, LEFT)]


def busiest_percent(health: GeneratorHealth, workers: Sequence[WorkerTick]) -> float:
    """The CPU of the process that has the least room, in % of its core."""
    return max([health.cpu_percent, *(worker.cpu_percent for worker in workers)])


def cpu_of(read: Readings) -> float:
    """The CPU of the busiest process for a series; that of a short interval says nothing and is
    left out, as in `HealthFacts`."""
    return read.cpu_percent if read.length_s >= _SHORT_TICK_S else 0.0


def lag_max_of(tick: Tick) -> int:
    """The longest loop lag of any process, in µs."""
    return max([tick.health.lag_max_us, *(worker.lag_max_us for worker in there(tick))])
