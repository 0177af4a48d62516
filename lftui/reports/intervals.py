"""A run's figures by equal intervals of its load, folded from the records."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from lftui.metrics import Figures
from lftui.records import AnyRecord, EndpointSeen, RunStarted, Tick
from lftui.run_state.parts import add_tick

_WHOLE = 0.8
"""An interval of which so much was measured counts; the first and last mostly do not."""


class Interval(msgspec.Struct):
    """What came in one of them.

    Attributes:
        end_s: its end in seconds of the load.
        end_wall: the same in Unix seconds.
    """

    end_s: float
    end_wall: float
    figures: Figures = msgspec.field(default_factory=Figures)
    covered_s: float = 0.0

    def value(self, metric: str) -> float | None:
        """One of `METRICS`; None where nothing says it."""
        figures = self.figures
        if metric == "rps":
            return figures.rps(self.covered_s)
        if metric == "goodput_rps":
            return figures.goodput_rps(self.covered_s)
        if metric == "error_ratio":
            return figures.error_ratio if figures.count else None
        return figures.percentile_ms(QUANTILES[metric])


QUANTILES = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99}
METRICS = ("rps", "goodput_rps", "error_ratio", *QUANTILES)


class IntervalFold:
    """Adds up the ticks of each interval of `every_s` seconds.

    Args:
        takes: which endpoints count, by method and name.
    """

    def __init__(self, every_s: float, takes: Callable[[str, str], bool]) -> None:
        self._every_s = every_s
        self._takes = takes
        self._ids: set[int] = set()
        self._anchor = 0.0
        self._began: float | None = None
        self._found: dict[int, Interval] = {}
        self.matched: set[tuple[str, str]] = set()

    def apply(self, record: AnyRecord) -> None:
        """Take the next record."""
        if isinstance(record, RunStarted):
            self._anchor = record.wall - record.mono
        elif isinstance(record, EndpointSeen):
            if self._takes(record.method, record.name):
                self._ids.add(record.id)
                self.matched.add((record.method, record.name))
        elif isinstance(record, Tick) and record.state not in ("stopping", "stopped"):
            self._take(record)

    def _take(self, tick: Tick) -> None:
        if self._began is None:
            self._began = tick.start
        middle = (tick.start + tick.end) / 2 - self._began
        number = int(middle // self._every_s)
        interval = self._found.get(number)
        if interval is None:
            end_s = (number + 1) * self._every_s
            wall = self._anchor + self._began + end_s
            interval = self._found[number] = Interval(end_s, wall)
        interval.covered_s += tick.end - tick.start
        for endpoint in tick.endpoints:
            if endpoint.id in self._ids:
                add_tick(interval.figures, endpoint)

    def intervals(self) -> list[Interval]:
        """Those that were measured as good as whole, oldest first."""
        return [
            one for _, one in sorted(self._found.items()) if one.covered_s >= _WHOLE * self._every_s
        ]
