"""Windows: the span of time that figures on screen are about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Literal

from lftui.metrics import ArrivalFigures, Figures, Histogram, unpack
from lftui.records import EndpointTick, Tick
from lftui.run_state.arrivals import arrivals_in
from lftui.run_state.parts import Span, add_tick
from lftui.run_state.state import RunState
from lftui.run_state.views import duration_s

WindowName = Literal["recent", "step", "run", "fresh"]
"""The last 10 s; the plateau that lasts; the whole run; since somebody began to measure afresh."""


class Window:
    """The figures of one window: the total at once, a row's when it is asked for.

    Only what is drawn is computed: of a thousand endpoints a screen shows forty.

    Attributes:
        title: the window in words, as it stands beside every figure.
        covered_s: seconds of load in it.
        arrivals: of an open workload; None in a closed one.
    """

    def __init__(self, state: RunState, name: WindowName) -> None:
        self.name = name
        self.title = _title(state, name)
        self._state = state
        self._span = _span(state, name)
        self._whole = name == "run"
        self._index: dict[int, list[EndpointTick]] | None = None
        self._cached: dict[int, Figures] = {}
        self.covered_s = self._covered()
        self.total = self._total()
        self.arrivals = self._arrivals()

    @property
    def rows(self) -> list[int]:
        """The endpoints that have figures here, by their row."""
        if self._whole:
            return list(range(len(self._state.rows)))
        return list(self._span.rows if self._span is not None else self._by_row)

    def row(self, row: int) -> Figures:
        """An endpoint's figures; empty where it has none in this window."""
        if self._whole:
            return self._state.rows[row].figures
        if self._span is not None:
            return self._span.rows.get(row) or Figures()
        found = self._cached.get(row)
        if found is None:
            found = self._cached[row] = self._recent_row(row)
        return found

    def counts(self) -> Mapping[int, int]:
        """Completed requests by row: cheap, for an order by load."""
        if self.name != "recent":
            return {row: self.row(row).count for row in self.rows}
        return {row: sum(one.count for one in ticks) for row, ticks in self._by_row.items()}

    @property
    def _by_row(self) -> dict[int, list[EndpointTick]]:
        """What the recent ticks say of each row; looked up once for all of them."""
        if self._index is None:
            self._index = {}
            for tick in self._state.recent:
                for one in tick.endpoints:
                    row = self._state.row_of.get(one.id)
                    if row is not None:
                        self._index.setdefault(row, []).append(one)
        return self._index

    def _recent_row(self, row: int) -> Figures:
        figures = Figures()
        for one in self._by_row.get(row, ()):
            add_tick(figures, one)
        return figures

    def _covered(self) -> float:
        if self._whole:
            return duration_s(self._state)
        if self._span is not None:
            return self._span.covered_s
        return sum(tick.end - tick.start for tick in self._state.recent)

    def _arrivals(self) -> ArrivalFigures | None:
        if self._whole:
            return self._state.arrivals
        return self._span.arrivals if self._span is not None else arrivals_in(self._state.recent)

    def _total(self) -> Figures:
        if self._whole:
            return self._state.total
        if self._span is not None:
            return self._span.total
        return _recent_total(self._state)


def _recent_total(state: RunState) -> Figures:
    """From the ticks' counts and, for the percentiles, the points of the series, which hold the
    sum of all endpoints already."""
    figures = Figures()
    for tick in state.recent:
        figures.add(_sum_of(tick))
    oldest = state.recent[0].start if state.recent else 0.0
    for point in state.series.levels[0]:
        if point.start_s >= oldest:
            figures.ok.add(Histogram.from_sparse(unpack(point.ok)))
            figures.failed.add(Histogram.from_sparse(unpack(point.failed)))
            if point.adjusted:
                figures.adjusted = figures.adjusted or Histogram()
                figures.adjusted.add_sparse(unpack(point.adjusted))
    return figures


_SUMS_KEPT = 12
_sums: OrderedDict[int, tuple[Tick, Figures]] = OrderedDict()


def _sum_of(tick: Tick) -> Figures:
    """What adds up over a tick's endpoints, without their histograms.

    A tick never changes and stays in the window for ten snapshots: it is added up once. As long
    as it is kept here, no other object has its identity.
    """
    known = _sums.get(id(tick))
    if known is not None:
        return known[1]
    figures = Figures()
    for one in tick.endpoints:
        timed = one.min_us is not None
        figures.add_interval(
            count=one.count,
            failures=one.failures,
            sum_us=one.sum_us,
            min_us=one.min_us,
            max_us=one.max_us if timed else None,
            size=one.bytes,
            ok=(),
            failed=(),
        )
    _sums[id(tick)] = tick, figures
    if len(_sums) > _SUMS_KEPT:
        _sums.popitem(last=False)
    return figures


def _span(state: RunState, name: WindowName) -> Span | None:
    if name == "step":
        step = state.steps.current
        return step.span if step is not None else Span(began_s=state.last_s)
    if name == "fresh":
        return state.window or Span(began_s=state.last_s)
    return None


def _title(state: RunState, name: WindowName) -> str:
    if name == "step":
        step = state.steps.current
        return f"step {step.number}" if step is not None else "this step (none yet)"
    if name == "fresh":
        return "since your mark" if state.window is not None else "since your mark (none yet)"
    return "last 10 s" if name == "recent" else "whole run"
