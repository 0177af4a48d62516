"""What was measured, with how far it can be trusted: the judge's view of a RunState."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from lftui.judge.load import Unit
from lftui.metrics import (
    Batches,
    Figures,
    Histogram,
    Point,
    Strata,
    joined,
    percentile_bounds,
    rate_interval,
    ratio_interval,
)
from lftui.run_state import RunState, Span, Step, duration_s

TOTAL = ("", "")
"""The key of all endpoints together."""

Key = tuple[str, str]
"""An endpoint: its method and name."""

PERCENTILES: dict[str, float] = {
    "p50_ms": 0.50,
    "p90_ms": 0.90,
    "p95_ms": 0.95,
    "p99_ms": 0.99,
    "p999_ms": 0.999,
}
ADJUSTED: dict[str, float] = {
    "p50_adjusted_ms": 0.50,
    "p95_adjusted_ms": 0.95,
    "p99_adjusted_ms": 0.99,
}
"""The same from when a request was due (`Figures.adjusted`)."""


def quantile_of(metric: str) -> float | None:
    """The quantile that a metric is, measured or adjusted; None where it is none."""
    return PERCENTILES.get(metric, ADJUSTED.get(metric))


class Reading(msgspec.Struct, frozen=True):
    """A figure and the interval in which the true one lies.

    Attributes:
        value: None where nothing was measured.
        low, high: None where the samples do not reach so far.
        samples: the responses, or requests, that the figure stands on.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    samples: int = 0


class Measured(msgspec.Struct, frozen=True):
    """The figures of one endpoint, or of all, over some time."""

    figures: Figures
    duration_s: float
    batches: Batches = msgspec.field(default_factory=Batches)

    def read(self, metric: str, confidence: float = 0.95) -> Reading:
        """A metric with its interval: a percentile, measured or adjusted, `error_ratio`, `rps` or
        `goodput_rps`.

        Percentiles by order statistics, shares by Clopper and Pearson, rates by Byar (see
        `lftui.metrics.intervals`), each widened by the design effect of the batches.

        Raises:
            KeyError: there is no such metric.
        """
        if metric == "error_ratio":
            return self._error_ratio(confidence)
        if metric in ("rps", "goodput_rps"):
            return self._rate(metric, confidence)
        if metric in ADJUSTED:
            return self._adjusted(ADJUSTED[metric], confidence)
        return self._percentile(PERCENTILES[metric], confidence)

    def _percentile(self, q: float, confidence: float) -> Reading:
        value = self.figures.percentile_ms(q)
        if value is None:
            return Reading()
        return self._bounded(self.figures.response_times, q, value, confidence, adjusted=False)

    def _adjusted(self, q: float, confidence: float) -> Reading:
        [value] = self.figures.adjusted_percentiles_ms([q])
        if value is None or self.figures.adjusted is None:
            return Reading()
        return self._bounded(self.figures.adjusted, q, value, confidence, adjusted=True)

    def _bounded(
        self, histogram: Histogram, q: float, value: float, confidence: float, adjusted: bool
    ) -> Reading:
        effect = self.batches.percentile_effect(value * 1000, confidence, adjusted)
        low, high = percentile_bounds(histogram, q, confidence, effect)
        return Reading(
            value,
            None if low is None else min(low / 1000, value),
            None if high is None else max(high / 1000, value),
            histogram.count,
        )

    def _error_ratio(self, confidence: float) -> Reading:
        figures = self.figures
        if not figures.count:
            return Reading()
        effect = self.batches.error_effect(confidence)
        low, high = ratio_interval(figures.failures, figures.count, confidence, effect)
        return Reading(figures.error_ratio, low, high, figures.count)

    def _rate(self, metric: str, confidence: float) -> Reading:
        count = self.figures.count if metric == "rps" else self.figures.successes
        if self.duration_s <= 0:
            return Reading()
        effect = self.batches.rate_effect(confidence, good=metric == "goodput_rps")
        low, high = rate_interval(count, self.duration_s, confidence, effect)
        return Reading(count / self.duration_s, low, high, count)


class Level(msgspec.Struct, frozen=True):
    """The settled part of the load at one number of users, or at one rate of an open workload,
    from one step or several.

    Attributes:
        users: None for a whole run that never had a plateau, and in an open workload.
        rate: iterations a second; None in a closed workload, and without a plateau.
        endpoints: by method and name; those with requests only.
        classes: by user class.
        user_s: users times seconds, in an open workload the iterations that were due; 0 where it is
            not known.
        steps: the numbers of the steps it is made of.
    """

    users: int | None
    total: Measured
    endpoints: dict[Key, Measured]
    classes: dict[str, Measured] = {}
    per_class: dict[str, int] = {}
    user_s: float = 0.0
    steps: tuple[int, ...] = ()
    rate: float | None = None

    @property
    def load(self) -> float | None:
        """How much load it was, in `unit`; None where it was no plateau."""
        return self.users if self.rate is None else self.rate

    @property
    def unit(self) -> Unit:
        """What the load is counted in."""
        return "users" if self.rate is None else "rate"

    def measured(self, key: Key) -> Measured | None:
        """The figures of an endpoint, or of all with `TOTAL`; None where there are none."""
        return self.total if key == TOTAL else self.endpoints.get(key)


def levels(state: RunState) -> list[Level]:
    """The settled load by rising number of users, or by rising rate; steps at the same load
    are put together.

    Empty where no plateau had settled (a wave, a very short run): then there is `whole`.
    """
    return [_level(state, steps) for _, steps in sorted(_loads(state).items())]


def step_level(state: RunState, step: Step) -> Level:
    """One step alone."""
    return _level(state, [step])


def span_level(state: RunState, spans: Sequence[Span]) -> Level:
    """The figures of any spans of one load together."""
    return _of_spans(state, {"": list(spans)}, None)


def settled(state: RunState) -> Level:
    """All the settled load together; the whole run where nothing had settled."""
    loads = _loads(state)
    if not loads:
        return whole(state)
    spans = {str(load): [step.span for step in steps] for load, steps in sorted(loads.items())}
    return _of_spans(state, spans, None)


def whole(state: RunState) -> Level:
    """The whole run, ramps and all; with `--reset-stats` what came after the reset."""
    if state.reset is not None:
        return _of_spans(state, {"": [state.reset]}, None)
    length, span = duration_s(state), state.unsettled
    if span is not None:
        found = _of_spans(state, {"": [span]}, None)
        # What came in while the run stopped is counted, but its time is no time of load.
        timed = {key: _lasting(one, length) for key, one in found.endpoints.items()}
        classes = {name: _lasting(one, length) for name, one in found.classes.items()}
        return Level(None, _lasting(found.total, length), timed, classes)
    rows = {
        (row.method, row.name): Measured(row.figures, length, _batches(row.points()))
        for row in state.rows
        if row.figures.count
    }
    total = Measured(state.total, length, _batches(state.series.points()))
    classes = {name: Measured(one.figures, length) for name, one in state.classes.items()}
    return Level(None, total, rows, classes)


def _lasting(measured: Measured, length_s: float) -> Measured:
    return msgspec.structs.replace(measured, duration_s=length_s)


_Load = tuple[float, tuple[tuple[str, int], ...]]


def _loads(state: RunState) -> dict[_Load, list[Step]]:
    """The steps with settled requests, by their users and those of each class, or their rate."""
    found: dict[_Load, list[Step]] = {}
    for step in state.steps.all():
        if step.span.covered_s > 0 and step.span.total.count:
            load = float(step.users) if step.rate is None else step.rate
            key = (load, tuple(sorted(step.per_class.items())))
            found.setdefault(key, []).append(step)
    return found


def _level(state: RunState, steps: Sequence[Step]) -> Level:
    rate = steps[0].rate
    users = steps[0].users if rate is None else None
    level = _of_spans(state, {"": [step.span for step in steps]}, users)
    return msgspec.structs.replace(
        level,
        per_class=dict(steps[0].per_class),
        user_s=sum(map(_user_s, steps)),
        rate=rate,
        steps=tuple(step.number for step in steps),
    )


def _user_s(step: Step) -> float:
    found = step.span.arrivals
    return step.user_s if step.rate is None or found is None else float(found.due)


def _of_spans(state: RunState, loads: Mapping[str, list[Span]], users: int | None) -> Level:
    """The spans of one load, or of several, together."""
    spans = [span for several in loads.values() for span in several]
    length = sum(span.covered_s for span in spans)

    def measured(of: Callable[[Span], tuple[Figures | None, Batches | None]]) -> Measured:
        found = [figures for span in spans if (figures := of(span)[0]) is not None]
        parts = {
            load: joined(b for span in several if (b := of(span)[1]) is not None)
            for load, several in loads.items()
        }
        return Measured(_added(found), length, Strata.of(parts))

    endpoints = {
        (state.rows[row].method, state.rows[row].name): measured(
            lambda span, row=row: (span.rows.get(row), span.batches.get(row))  # type: ignore[misc]
        )
        for row in dict.fromkeys(row for span in spans for row in span.rows)
    }
    classes = {
        name: measured(
            lambda span, name=name: (span.classes.get(name), span.class_batches.get(name))  # type: ignore[misc]
        )
        for name in dict.fromkeys(name for span in spans for name in span.classes)
    }
    return Level(
        users,
        measured(lambda span: (span.total, span.total_batches)),
        {key: one for key, one in endpoints.items() if one.figures.count},
        classes,
    )


def _added(several: Sequence[Figures]) -> Figures:
    if len(several) == 1:
        return several[0]
    total = Figures()
    for one in several:
        total.add(one)
    return total


def _batches(points: Sequence[Point]) -> Batches:
    """Points of several lengths as batches of the longest."""
    if not points:
        return Batches()
    batches = Batches(keep=1 << 20, length_s=max(0.001, *(point.duration_s for point in points)))
    for point in points:
        at_s = point.start_s - points[0].start_s
        batches.add(at_s, point.count, point.failures, point.ok, point.adjusted)
    return batches
