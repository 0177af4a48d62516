"""Locust's `PREFIX_stats_history.csv`: one row a second, folded from the records.

Cumulative figures and, as in Locust, requests a second over ten whole seconds that ended two
seconds ago. In one thing it differs: Locust measures those from the last response, so its rate
stands still over a target that hangs; here it falls to 0.
With the full history each endpoint has its row too, and the percentiles are those of the last ten
seconds; without, they are those of the whole run. Both are Locust's rules.
"""

from __future__ import annotations

from collections import deque

from lftui.metrics import Figures
from lftui.records import AnyRecord, EndpointSeen, EndpointTick, Tick
from lftui.reports.locust_figures import (
    AGGREGATED,
    PERCENTILES,
    Cell,
    average_bytes,
    average_ms,
    formula_safe,
    median_ms,
    percentile_cells,
    percentile_names,
    resets,
)
from lftui.reports.ranks import RankedTimes, RecentTimes
from lftui.reports.seconds import second_of

Cells = list[Cell]
_MEDIAN = (0.50,)
_RATE_FROM_S = 12
_RATE_TO_S = 2


class _Line:
    """What the history needs of one endpoint, or of all of them."""

    def __init__(self, method: str, name: str, recent: bool) -> None:
        self.method = method
        self.name = name
        self.figures = Figures()  # without its histograms, which `times` stands for
        self.times = RankedTimes()
        self.recent = RecentTimes() if recent else None
        self.by_second: deque[tuple[int, int, int]] = deque(maxlen=_RATE_FROM_S + 4)

    def add(self, second: int, one: EndpointTick) -> None:
        self.figures.add_interval(
            count=one.count,
            failures=one.failures,
            sum_us=one.sum_us,
            min_us=one.min_us,
            max_us=None if one.min_us is None else one.max_us,
            size=one.bytes,
            ok=(),
            failed=(),
        )
        for times in (one.ok, one.failed):
            if times:
                self.times.add_sparse(times)
                if self.recent is not None:
                    self.recent.add_sparse(second, times)
        self._count(second, one.count, one.failures)

    def _count(self, second: int, count: int, failures: int) -> None:
        """The newest seconds' counts; those of one second stand in one place."""
        kept = self.by_second
        if kept and kept[-1][0] == second:
            _, more, more_failures = kept.pop()
            count, failures = count + more, failures + more_failures
        kept.append((second, count, failures))

    def rates(self, begin: int, end: int) -> tuple[float, float]:
        """Requests and failures a second, from second `begin` up to but without `end`."""
        length = max(end - begin, 1)
        within = [counts for counts in self.by_second if begin <= counts[0] < end]
        return sum(one[1] for one in within) / length, sum(one[2] for one in within) / length


class HistoryFold:
    """Makes the rows of the history, at most one group of rows for each second of Unix time.

    Args:
        full: a row for each endpoint as well.
    """

    def __init__(self, full: bool = False) -> None:
        self._full = full
        self._total = _Line("", AGGREGATED, full)
        self._lines: dict[tuple[str, str], _Line] = {}
        self._sorted: list[_Line] = []
        self._by_id: dict[int, _Line] = {}
        self._timestamp: int | None = None
        self._waiting: list[Cells] = []
        self._is_late = False
        self._began: int | None = None
        self._second = 0
        self._users = 0

    @staticmethod
    def header() -> Cells:
        """The columns' names."""
        return [
            "Timestamp",
            "User Count",
            "Type",
            "Name",
            "Requests/s",
            "Failures/s",
            *percentile_names(),
            "Total Request Count",
            "Total Failure Count",
            "Total Median Response Time",
            "Total Average Response Time",
            "Total Min Response Time",
            "Total Max Response Time",
            "Total Average Content Size",
        ]

    def apply(self, record: AnyRecord) -> list[Cells]:
        """Take the next record; the rows of a second come when the next one has begun."""
        rows: list[Cells] = []
        if isinstance(record, Tick):
            self._on_tick(record)
            if int(record.wall) == self._timestamp:
                self._is_late = True
            else:
                rows, self._timestamp = self._waiting, int(record.wall)
                self._waiting, self._is_late = self._rows(), False
        elif isinstance(record, EndpointSeen):
            self._on_endpoint(record)
        elif resets(record):
            self._reset(record.wall)
        return rows

    def finish(self) -> list[Cells]:
        """The rows of the last second, after all records: here with all that came in it."""
        return self._rows() if self._is_late else self._waiting

    def _on_endpoint(self, record: EndpointSeen) -> None:
        if not self._full:
            return
        key = (record.name, record.method)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line(record.method, record.name, recent=True)
            self._sorted = [self._lines[key] for key in sorted(self._lines)]
        self._by_id[record.id] = line

    def _on_tick(self, tick: Tick) -> None:
        self._second = second = second_of(tick)
        self._users = tick.users
        if self._began is None:
            self._began = int(tick.wall - (tick.end - tick.start))
        for one in tick.endpoints:
            self._total.add(second, one)
            if self._full:
                self._line_of(one.id).add(second, one)

    def _line_of(self, number: int) -> _Line:
        line = self._by_id.get(number)
        if line is None:
            self._on_endpoint(EndpointSeen(id=number, method="", name=f"(unnamed {number})"))
            line = self._by_id[number]
        return line

    def _reset(self, wall: float) -> None:
        self._began = int(wall)
        self._total = _Line("", AGGREGATED, self._full)
        fresh = {line: _Line(line.method, line.name, recent=True) for line in self._sorted}
        self._lines = {key: fresh[line] for key, line in self._lines.items()}
        self._sorted = list(fresh.values())
        self._by_id = {number: fresh[line] for number, line in self._by_id.items()}

    def _rows(self) -> list[Cells]:
        if self._timestamp is None:
            return []
        begin = max(self._second - _RATE_FROM_S, self._began or 0)
        end = self._second - _RATE_TO_S
        lines = [*self._sorted, self._total]
        return [self._row(self._timestamp, line, begin, end) for line in lines]

    def _row(self, timestamp: int, line: _Line, begin: int, end: int) -> Cells:
        figures, times = line.figures, line.times
        rps, failures_per_s = line.rates(begin, end)
        if line.recent is None:
            found = times.percentiles_us(PERCENTILES)
            median = found[0]
        else:
            found = line.recent.percentiles_us(self._second, PERCENTILES)
            median = times.percentiles_us(_MEDIAN)[0]
        return [
            timestamp,
            self._users,
            formula_safe(line.method),
            formula_safe(line.name),
            f"{rps:2f}",
            f"{failures_per_s:2f}",
            *percentile_cells(figures.count, found, figures.min_us, figures.max_us),
            figures.count,
            figures.failures,
            median_ms(median, figures),
            average_ms(figures, times.count),
            figures.min_ms or 0,
            figures.max_ms or 0,
            average_bytes(figures),
        ]
