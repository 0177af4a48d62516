"""The charts of a run: what each shows, over the seconds of the load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import msgspec

from lftui.judge.target import OWN_SHARE, figure_of, limits_of, target_rules
from lftui.judge.thresholds.limits import figure, metric_name
from lftui.judge.thresholds.threshold import ADJUSTED_TIMES, Threshold, read_back
from lftui.reports.html.grid import GridRow
from lftui.run_state import ReadingsBin, RunState
from lftui.safe_text import safe_line

Values = list[float | None]
_FAR = 2.5
"""A limit so many times above the highest figure is told beside the chart: drawn, it would press
the figures to the floor."""


class Line(msgspec.Struct, frozen=True):
    """One line. `color` is a number of the palette; `form` dashed, or as steps."""

    name: str
    color: int
    values: Values
    form: str = "solid"


class Limit(msgspec.Struct, frozen=True):
    """A horizontal: a limit of the run."""

    text: str
    value: float
    severity: str


class Chart(msgspec.Struct, frozen=True):
    """One chart.

    Attributes:
        at_s: the moments, one for each value; a None among the values is a gap.
        about: what is seen, for those who do not see it.
        notes: what is not drawn and has to be known.
    """

    name: str
    title: str
    unit: str
    about: str
    at_s: list[float]
    lines: list[Line]
    limits: list[Limit] = []
    notes: list[str] = []

    @property
    def highest(self) -> float:
        """Of the figures and the limits drawn; 0 where there are none."""
        figures = [one for line in self.lines for one in line.values if one is not None]
        return max([*figures, *(limit.value for limit in self.limits)], default=0.0)


def run_charts(state: RunState, rows: Sequence[GridRow]) -> list[Chart]:
    """Throughput, arrivals, users, times, errors and the generator; none where nothing ran."""
    if not rows:
        return []
    at_s = [row.at_s for row in rows]
    rules = read_back(state.started.thresholds if state.started is not None else None)
    limits = [rule for rule in rules if rule.scope == "total"]
    charts = [
        _throughput(at_s, rows, limits),
        *_arrivals(at_s, rows),
        _users(at_s, rows),
        _times(at_s, rows, limits),
    ]
    if state.total.failures or any(rule.metric == "error_ratio" for rule in limits):
        charts.append(_errors(at_s, rows, limits))
    return [*charts, _cpu(at_s, rows), _lag(at_s, rows)]


def _throughput(at_s: list[float], rows: Sequence[GridRow], limits: Sequence[Threshold]) -> Chart:
    lines = [
        Line("rps", 1, [row.rps for row in rows]),
        Line("goodput", 2, [row.goodput_rps for row in rows], "dashed"),
        Line("failures", 3, [row.failures_per_s for row in rows]),
    ]
    chart = Chart(
        "throughput",
        "Throughput",
        "requests/s",
        _said("completed requests a second", lines[0].values, "requests/s"),
        at_s,
        lines,
    )
    return _limited(chart, limits, ("rps", "goodput_rps"))


def _arrivals(at_s: list[float], rows: Sequence[GridRow]) -> list[Chart]:
    """Of an open workload: the rate that was wanted and what became of it."""
    if all(row.wanted_rate is None for row in rows):
        return []
    lines = [
        Line("wanted", 6, [row.wanted_rate for row in rows], "steps-dashed"),
        Line("begun", 1, [row.reached_rate for row in rows]),
        Line("late", 4, [row.late_per_s for row in rows]),
        Line("given up", 3, [row.dropped_per_s for row in rows]),
    ]
    about = _said("iterations begun a second", lines[1].values, "iterations/s")
    return [Chart("arrivals", "Arrivals", "iterations/s", about, at_s, lines)]


def _users(at_s: list[float], rows: Sequence[GridRow]) -> Chart:
    lines = [
        Line("wanted", 6, [row.wanted for row in rows], "steps-dashed"),
        Line("running", 1, [row.users for row in rows], "steps"),
    ]
    about = _said("running users", lines[1].values, "users")
    return Chart("users", "Users", "users", about, at_s, lines)


def _times(at_s: list[float], rows: Sequence[GridRow], limits: Sequence[Threshold]) -> Chart:
    lines = [
        Line("p50", 1, [row.p50_ms for row in rows]),
        Line("p95", 4, [row.p95_ms for row in rows]),
        Line("p99", 5, [row.p99_ms for row in rows]),
    ]
    adjusted = [row.adjusted_p95_ms for row in rows]
    if any(value is not None for value in adjusted):
        lines.append(Line("adjusted p95", 2, adjusted, "dashed"))
    chart = Chart(
        "times",
        "Response time of successful requests",
        "ms",
        _said("the p95 response time", lines[1].values, "ms"),
        at_s,
        lines,
    )
    return _limited(chart, limits, ("p50_ms", "p95_ms", "p99_ms", *ADJUSTED_TIMES))


def _errors(at_s: list[float], rows: Sequence[GridRow], limits: Sequence[Threshold]) -> Chart:
    percent = [None if row.error_ratio is None else 100 * row.error_ratio for row in rows]
    lines = [Line("error ratio", 3, percent)]
    about = _said("failed requests", percent, "% of all")
    chart = Chart("errors", "Error ratio", "%", about, at_s, lines)
    return _limited(chart, limits, ("error_ratio",), 100.0)


def _cpu(at_s: list[float], rows: Sequence[GridRow]) -> Chart:
    lines = [Line("CPU", 1, [row.cpu_percent for row in rows])]
    about = _said("the generator's CPU", lines[0].values, "% of one core")
    return Chart("cpu", "Load generator: CPU", "% of one core", about, at_s, lines)


def _lag(at_s: list[float], rows: Sequence[GridRow]) -> Chart:
    lines = [Line("worst loop lag", 4, [row.lag_max_ms for row in rows])]
    about = _said("the generator's worst loop lag", lines[0].values, "ms")
    return Chart("lag", "Load generator: worst loop lag", "ms", about, at_s, lines)


def target_charts(
    state: RunState, began_s: float, length_s: float, most: int
) -> tuple[list[Chart], int]:
    """The target's own metrics, each with the lowest, mean and highest of each bin of the run; and
    how many more there are."""
    found = sorted(state.target_readings.items(), key=lambda one: (one[1].source, one[1].name))
    rules = target_rules(state)
    charts = []
    for number, (key, one) in enumerate(found[:most]):
        spans = [
            (middle, part)
            for begin, end, part in one.gapped()
            if 0 <= (middle := (begin + end) / 2 - began_s) <= length_s
        ]
        lines = [
            Line("highest", 6, _read(spans, lambda part: part.high), "dashed"),
            Line("mean", 1, _read(spans, lambda part: part.mean)),
            Line("lowest", 6, _read(spans, lambda part: part.low), "dashed"),
        ]
        at_s = [middle for middle, _ in spans]
        name, source, unit = safe_line(one.name), safe_line(one.source), safe_line(one.unit, 20)
        about = _said(f"{name} of {source}", lines[1].values, unit)
        chart = Chart(f"target-{number}", f"Target: {name} ({source})", unit, about, at_s, lines)
        facts = state.target_facts.get(key)
        own = limits_of(facts, rules) if facts is not None else []
        charts.append(_with_limits(chart, [_target_limit(rule, one.unit) for rule in own]))
    return charts, max(0, len(found) - most)


def _read(
    spans: Sequence[tuple[float, ReadingsBin | None]], value: Callable[[ReadingsBin], float]
) -> Values:
    return [None if part is None else value(part) for _, part in spans]


def _target_limit(rule: Threshold, unit: str) -> Limit:
    """A limit in the metric's own unit."""
    sign = "<" if rule.upper else ">"
    shown = f"{rule.metric} {sign} {figure_of(rule.metric, rule.limit, unit)}"
    return Limit(shown, rule.limit * (OWN_SHARE if unit == "%" else 1.0), rule.severity)


def _limited(
    chart: Chart, rules: Sequence[Threshold], metrics: Sequence[str], scale: float = 1.0
) -> Chart:
    """The chart with the limits of these metrics."""
    limits = []
    for rule in rules:
        if rule.metric in metrics:
            sign = "<" if rule.upper else ">"
            shown = f"{metric_name(rule.metric)} {sign} {figure(rule.metric, rule.limit)}"
            limits.append(Limit(shown, rule.limit * scale, rule.severity))
    return _with_limits(chart, limits)


def _with_limits(chart: Chart, limits: Sequence[Limit]) -> Chart:
    """The chart with these limits; those far above are told in words."""
    highest, drawn, notes = chart.highest, [], []
    for limit in limits:
        if limit.value > _FAR * highest and highest > 0:
            notes.append(f"{limit.severity} limit {limit.text}: above this chart")
        else:
            drawn.append(limit)
    return msgspec.structs.replace(chart, limits=drawn, notes=notes)


def _said(what: str, values: Values, unit: str) -> str:
    known = [one for one in values if one is not None]
    if not known:
        return f"{what}: nothing was measured"
    low, high = min(known), max(known)
    return f"{what} over the time of the run, from {low:,.4g} to {high:,.4g} {unit}".rstrip()


# --- for the script ------------------------------------------------------------------------------


def chart_data(chart: Chart, length_s: float) -> dict[str, Any]:
    """A chart as the page's script reads it: columns, the moments first.

    Both ends of the run are in it, so that all charts have one axis whatever they hold.
    """
    at_s, columns = list(chart.at_s), [list(line.values) for line in chart.lines]
    if not at_s or at_s[0] > 0:
        at_s.insert(0, 0.0)
        for column in columns:
            column.insert(0, None)
    if at_s[-1] < length_s:
        at_s.append(length_s)
        for column in columns:
            column.append(None)
    return {
        "name": chart.name,
        "unit": chart.unit,
        "lines": [
            {"name": line.name, "color": line.color, "form": line.form} for line in chart.lines
        ],
        "limits": [msgspec.to_builtins(limit) for limit in chart.limits],
        "data": [[round(one, 2) for one in at_s], *([_short(v) for v in c] for c in columns)],
    }


def _short(value: float | None) -> float | None:
    """Four digits: no more can be seen. What is no number, which JSON has not, is a gap."""
    return float(f"{value:.4g}") if value is not None and isfinite(value) else None
