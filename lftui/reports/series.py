"""The run second by second: `PREFIX_series.csv` and `--series FILE` (schema `lftui.series/1`).

Folded from the records, since `RunState.series` is coarser the older it is. A row is a second of
Unix time in which there was load; all rows together hold every request of the run, also of one that
began to measure afresh (`--reset-stats`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lftui.metrics import Figures
from lftui.records import AnyRecord, Marked, TargetSampled, Tick
from lftui.reports.locust_figures import Cell
from lftui.reports.seconds import second_of
from lftui.run_state import RunState, arrivals_in
from lftui.run_state.health import busiest_percent, lag_max_of, there
from lftui.run_state.parts import add_tick

SCHEMA = "lftui.series/1"
COLUMNS = (
    "time", "elapsed_s", "covered_s", "state", "users", "target_users", "requests", "failures",
    "rps", "goodput_rps", "error_ratio", "p50_ms", "p95_ms", "p99_ms", "max_ms", "bytes",
    "in_flight", "generator_cpu_percent", "loop_lag_max_ms", "workers",
)  # fmt: skip
"""`time` in Unix seconds; `elapsed_s` since the load began, at the second's end; rates over the
`covered_s` that was measured of it; percentiles of the successful responses that came in it, of the
failed ones where none succeeded. CPU and lag are of the busiest process that makes load; `workers`
is how many of them were there at the second's end, 0 in a run without."""
OPEN_COLUMNS = ("target_rate", "due", "started", "late", "dropped", "waiting", "busy")
"""Behind them in an open workload: `target_rate` in iterations a second, `waiting` arrivals and
`busy` users at the second's end, the others counts."""
ADJUSTED_COLUMNS = ("p50_adjusted_ms", "p95_adjusted_ms", "p99_adjusted_ms")
"""Last where there are adjusted response times."""
_QUANTILES = (0.50, 0.95, 0.99)

Row = list[Cell | None]


class SeriesFold:
    """Makes a row a second; each comes when the next second has begun.

    Two that are made of the same run can share one: a record that comes twice in a row gives the
    same rows.

    Args:
        state: the run, which knows what columns it has more than every run.
    """

    def __init__(self, state: RunState | None = None) -> None:
        self._open = state is not None and state.is_open
        self._adjusted = state is not None and state.total.adjusted is not None
        self._began: float | None = None
        self._second: int | None = None
        self._ticks: list[Tick] = []
        self._last: AnyRecord | None = None
        self._rows: list[Row] = []

    def header(self) -> Row:
        """The columns' names."""
        more = (
            *(OPEN_COLUMNS if self._open else ()),
            *(ADJUSTED_COLUMNS if self._adjusted else ()),
        )
        return [*COLUMNS, *more]

    def apply(self, record: AnyRecord) -> list[Row]:
        """Take the next record."""
        if not isinstance(record, Tick):
            return []
        if record is self._last:
            return self._rows
        if self._began is None:
            self._began = record.start
        second = second_of(record)
        self._rows = []
        if second != self._second:
            self._rows = self.finish()
            self._ticks = []
        self._second, self._last = second, record
        self._ticks.append(record)
        return self._rows

    def finish(self) -> list[Row]:
        """The row of the last second, after all records."""
        if self._second is None or not self._ticks:
            return []
        row = _row(self._second, self._ticks, self._began or 0.0)
        row += _arrivals(self._ticks) if self._open else []
        return [row + _adjusted(self._ticks) if self._adjusted else row]


def _figures(ticks: list[Tick]) -> Figures:
    figures = Figures()
    for tick in ticks:
        for endpoint in tick.endpoints:
            add_tick(figures, endpoint)
    return figures


def _arrivals(ticks: list[Tick]) -> Row:
    found, last = arrivals_in(ticks), ticks[-1].arrivals
    if found is None or last is None:
        return [None] * len(OPEN_COLUMNS)
    counts = (found.due, found.started, found.late, found.dropped)
    return [last.target_rate, *counts, last.waiting, last.busy]


def _adjusted(ticks: list[Tick]) -> Row:
    return [*_figures(ticks).adjusted_percentiles_ms(_QUANTILES)]


def _row(second: int, ticks: list[Tick], began: float) -> Row:
    last = ticks[-1]
    covered = sum(tick.end - tick.start for tick in ticks)
    figures = _figures(ticks)
    p50, p95, p99 = figures.percentiles_ms(_QUANTILES)
    return [
        second,
        round(last.end - began, 3),
        round(covered, 3),
        last.state,
        last.users,
        last.target,
        figures.count,
        figures.failures,
        round(figures.rps(covered), 3),
        round(figures.goodput_rps(covered), 3),
        round(figures.error_ratio, 6),
        p50,
        p95,
        p99,
        figures.max_ms,
        figures.bytes,
        last.in_flight,
        max(busiest_percent(tick.health, there(tick)) for tick in ticks),
        max(lag_max_of(tick) for tick in ticks) / 1000,
        len(there(last)),
    ]


class SeriesDocument:
    """The JSON document, in pieces: that of a day is too long for one.

    Args:
        state: the run, for its facts and steps.
        fold: makes the rows.
    """

    def __init__(self, state: RunState, fold: SeriesFold) -> None:
        self._state = state
        self._fold = fold
        self._rows = 0
        self._began = state.load_began_s or 0.0
        self._marks: list[dict[str, Any]] = []
        self._target: dict[tuple[str, str], dict[str, Any]] = {}

    def header(self) -> list[str]:
        """What comes before the first row."""
        started = self._state.started
        run = {
            "id": started.run_id if started is not None else "",
            "host": started.host if started is not None else None,
            "started_at": started.wall if started is not None else self._state.first_wall,
        }
        head = {"schema": SCHEMA, "run": run, "columns": self._fold.header()}
        return [f'{_text(head)[:-1]}, "rows": [']

    def apply(self, record: AnyRecord) -> list[str]:
        """Take the next record; the text of the rows that are complete with it."""
        if isinstance(record, Marked):
            self._marks.append(self._mark(record))
        elif isinstance(record, TargetSampled):
            self._sample(record)
        return list(self._pieces(self._fold.apply(record)))

    def finish(self) -> list[str]:
        """The last row, and what comes behind."""
        tail = {
            "marks": self._marks,
            "steps": [
                {
                    "number": step.number,
                    "users": step.users,
                    "started_s": round(step.began_s - self._began, 3),
                    "duration_s": round(step.duration_s, 3),
                    **({"rate": step.rate} if step.rate is not None else {}),
                }
                for step in self._state.steps.all()
            ],
            "target": list(self._target.values()),
        }
        return [*self._pieces(self._fold.finish()), f"\n], {_text(tail)[1:]}\n"]

    def _pieces(self, rows: list[Row]) -> Iterator[str]:
        for row in rows:
            yield f"{',' if self._rows else ''}\n{_text(row)}"
            self._rows += 1

    def _mark(self, record: Marked) -> dict[str, Any]:
        return {
            "elapsed_s": round(record.mono - self._began, 3),
            "time": record.wall,
            "type": record.type,
            "old": record.old,
            "new": record.new,
            "text": record.text,
            "who": record.who,
            "why": record.why,
            **(
                {"old_rate": record.old_rate, "new_rate": record.new_rate}
                if _of_rate(record)
                else {}
            ),
        }

    def _sample(self, record: TargetSampled) -> None:
        elapsed = round(record.mono - self._began, 3)
        for sample in record.samples:
            found = self._target.setdefault(
                (record.source, sample.name),
                {
                    "source": record.source,
                    "name": sample.name,
                    "unit": sample.unit,
                    "points": [],
                },
            )
            found["points"].append([elapsed, sample.value])


def _of_rate(record: Marked) -> bool:
    return record.old_rate is not None or record.new_rate is not None


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
