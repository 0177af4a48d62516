"""The Endpoints panel: a row for each endpoint, and the total above them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lftui.judge.omission import adjusted_said
from lftui.judge.outcome import Outcome
from lftui.judge.thresholds.threshold import Threshold
from lftui.judge.waiting import waits, waits_for
from lftui.live_view import ms
from lftui.metrics import Figures, Histogram, Packed, Point, unpack
from lftui.reports.sparkline import spark
from lftui.run_state.views import AGGREGATED
from lftui.screens.live.endpoint_columns import ADJUSTED, COLUMNS, COLUMNS_ADJUSTED, TREND
from lftui.screens.live.endpoint_levels import (
    endpoint_scope,
    judged_of,
    level_of,
    limits_of,
)
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column

TOTAL_KEY = ""
"""The key of the row of all endpoints; the others are `METHOD\\tname`."""
_TREND_POINT_S = 5.0
_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_GRAVITY: dict[Outcome, int] = {"pass": 0, "inconclusive": 1, "warn": 2, "fail": 3}
_MILLIONS = 10_000_000


class EndpointsSource:
    """The figures of the chosen window, by endpoint; computed for the rows that are drawn."""

    pinned = (TOTAL_KEY,)

    def __init__(self, snapshot: Snapshot, look: Look | None = None) -> None:
        self._snapshot = snapshot
        self._state = snapshot.state
        self._look = look or Look()
        self._window = snapshot.figures()
        self._limits = limits_of.of(snapshot.state.started)
        self._judged = judged_of.of(snapshot.verdict)
        self._counts: Mapping[int, int] | None = None
        self._percentiles: dict[str, list[float | None]] = {}
        self._with_adjusted = bool(adjusted_said(snapshot.state))
        self.columns: Sequence[Column] = COLUMNS_ADJUSTED if self._with_adjusted else COLUMNS
        self.empty = _empty(snapshot)

    def keys(self) -> list[str]:
        """The busiest first. Counted over the run and by powers of two, then by name: endpoints
        of about the same load would else change places every second."""
        if not self._state.rows:
            return []
        rows = self._state.rows
        natural = sorted(
            self._state.row_by_name.items(),
            key=lambda item: (-rows[item[1]].figures.count.bit_length(), item[0]),
        )
        return [TOTAL_KEY, *(key for key, _ in natural)]

    def cells(self, key: str) -> list[Cell]:
        """A row as it is drawn."""
        figures = self.figures(key)
        method, name = self._named(key)
        limits = self._limits.of_total() if key == TOTAL_KEY else self._limits.of(method, name)
        p50, p95, p99 = self._three(key)
        adjusted = self._adjusted(key, limits)
        rps = figures.rps(self._window.covered_s)

        def cell(metric: str, value: float | None, text: str) -> Cell:
            return self._signed(text, level_of(limits, metric, value))

        ratio = figures.error_ratio if figures.count else None
        title: Cell = (name, "strong") if key == TOTAL_KEY else name
        return [
            method,
            title,
            count_said(figures.count),
            cell("error_ratio", ratio, "—" if ratio is None else f"{100 * ratio:.2f}"),
            cell("rps", rps if figures.count else None, rate_said(rps)),
            cell("p50_ms", p50, ms(p50)),
            cell("p95_ms", p95, ms(p95)),
            *adjusted[:1],
            cell("p99_ms", p99, ms(p99)),
            *adjusted[1:],
            f"{ms(figures.max_ms)} ",
            (spark(self._trend(key), TREND, self._look.ascii), "dim"),
            self._verdict(key, method, name),
        ]

    def sort_value(self, key: str, column: str) -> Any:
        """Names and counts are at hand; for any other column every row is computed."""
        method, name = self._named(key)
        match column:
            case "method":
                return (method, name)
            case "name":
                return (name.lower(), method)
            case "reqs" | "rps":
                return self._count(key)
            case "fail %":
                figures = self.figures(key)
                return figures.error_ratio if figures.count else None
            case "max":
                return self.figures(key).max_ms
            case "verdict":
                outcome = self._judged.outcome(endpoint_scope(method, name))
                return _GRAVITY[outcome] if outcome is not None else None
            case "p95 adj" | "p99 adj":
                return self._two(key)[list(ADJUSTED).index(column)]
            case _:
                return self._three(key)[list(_QUANTILES).index(column)]

    def text(self, key: str) -> str:
        """Method and name."""
        return " ".join(self._named(key))

    def figures(self, key: str) -> Figures:
        """The figures of a row in this window."""
        if key == TOTAL_KEY:
            return self._window.total
        row = self._state.row_by_name.get(key)
        return self._window.row(row) if row is not None else Figures()

    def _count(self, key: str) -> int:
        if self._counts is None:
            self._counts = self._window.counts()
        return self._counts.get(self._state.row_by_name.get(key, -1), 0)

    def _named(self, key: str) -> tuple[str, str]:
        if key == TOTAL_KEY:
            return "", AGGREGATED
        method, _, name = key.partition("\t")
        return method, name

    def _three(self, key: str) -> list[float | None]:
        found = self._percentiles.get(key)
        if found is None:
            found = self.figures(key).percentiles_ms(list(_QUANTILES.values()))
            self._percentiles[key] = found
        return found

    def _adjusted(self, key: str, limits: Sequence[Threshold]) -> list[Cell]:
        """The cells of the adjusted p95 and p99; none where the run has no such times."""
        if not self._with_adjusted:
            return []
        return [
            self._signed(ms(value), level_of(limits, f"{title[:3]}_adjusted_ms", value))
            for title, value in zip(ADJUSTED, self._two(key), strict=True)
        ]

    def _two(self, key: str) -> list[float | None]:
        return self.figures(key).adjusted_percentiles_ms(list(ADJUSTED.values()))

    def _signed(self, text: str, level: str) -> Cell:
        """A broken limit has a sign as well as a color; the figures stay in one line."""
        sign = self._look.sign(level) if level in ("warning", "critical") else " "
        return f"{text}{sign}", level

    def _verdict(self, key: str, method: str, name: str) -> Cell:
        verdict = self._snapshot.verdict
        if verdict is None:
            return "…", "dim"
        total = key == TOTAL_KEY
        outcome = verdict.outcome if total else self._judged.outcome(endpoint_scope(method, name))
        if outcome is None:
            return "—", "dim"
        word = "unsure" if outcome == "inconclusive" else outcome  # the column is narrow
        return f"{self._look.sign(outcome)} {word}", self._look.tone_of(outcome)

    def _trend(self, key: str) -> list[float | None]:
        if key == TOTAL_KEY:
            return [_p95(ok) for ok in _coarse(self._state.series.levels[0])]
        row = self._state.row_by_name.get(key)
        points = self._state.rows[row].points() if row is not None else []
        return [_p95(point.ok) for point in points[-TREND:]]


def count_said(count: int) -> str:
    """A number of requests in seven cells at most."""
    return str(count) if count < _MILLIONS else f"{count / 1e6:.1f}M"


def rate_said(rps: float) -> str:
    """Requests a second in five cells at most."""
    return f"{rps:.1f}" if rps < 999.95 else f"{rps:.0f}"


def _coarse(points: Sequence[Point]) -> list[Packed]:
    """The successes of the newest points, by spans as long as those of an endpoint's points."""
    spans: dict[int, list[Packed]] = {}
    for point in points[-int(TREND * _TREND_POINT_S) :]:
        spans.setdefault(int(point.start_s // _TREND_POINT_S), []).append(point.ok)
    return [b"".join(packed) for packed in list(spans.values())[-TREND:]]


@lru_cache(4096)
def _p95(ok: Packed) -> float | None:
    # Points that are full never change, so that each is read once.
    us = Histogram.from_sparse(unpack(ok)).percentile_us(0.95) if ok else None
    return None if us is None else us / 1000


def _empty(snapshot: Snapshot) -> str:
    state = snapshot.state
    if state.finished is not None:
        return "The run ended before any request was completed."
    if waits(state):
        return f"W{waits_for(state)[1:]}"
    if state.load_began_s is None:
        return "The generator starts: endpoints appear with their first request."
    return "No request was completed yet: endpoints appear with their first one."
