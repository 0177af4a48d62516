"""What the live charts show, made of a run's state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

from lftui.run_state import RunState
from lftui.run_state.parts import Row
from lftui.screens.live.chart_marks import markers_of
from lftui.screens.live.chart_points import Spot, percentiles, rates, spots, values
from lftui.screens.live.chart_rates import rate_lines
from lftui.widgets.chart.data import ChartData, Limit, Line, Marker

WAITING = "no figures yet: they come with the first second of load"
_QUANTILES = ("p50", "p95", "p99")
_SAME = 0.005  # goodput that differs less than this from the rate would be drawn on top of it


def throughput_chart(state: RunState, window_s: float | None = None) -> ChartData:
    """Requests and errors a second, and users on the right axis; of an open workload iterations,
    begun and wanted, before them."""
    began, until = span_of(state)
    since = since_of(began, until, window_s)
    found = spots(state.series.points(since), began)
    lines = rate_lines(state, found, began, since, until)
    lines.append(Line("rps", "rps", rates(found, until, lambda one: one.count), "rps"))
    failures = sum(one.failures for one in found)
    if failures > _SAME * sum(one.count for one in found) and not lines[1:]:
        good = rates(found, until, lambda one: one.count - one.failures)
        lines.append(Line("goodput", "goodput", good, "/s", short="good"))
    lines.append(
        Line("errors", "errors", rates(found, until, lambda one: one.failures), "/s", short="err")
    )
    users = values(found, until, lambda one: float(one.users))
    lines.append(Line("users", "users", users, "users", "right", step=True))
    return ChartData(
        title="throughput",
        lines=lines,
        markers=markers_of(state, began, since or began - 5.0),
        until_s=until,
        window_s=window_s,
        unit="/s" if state.is_open else "requests/s",
        empty=WAITING,
        fixed=state.finished is not None,
    )


def response_time_chart(state: RunState, window_s: float | None = None) -> ChartData:
    """Percentiles of the response times, with the limits that the plan sets them."""
    began, until = span_of(state)
    found = spots(state.series.points(since_of(began, until, window_s)), began)
    return ChartData(
        title="response time",
        lines=_percentile_lines(found, until, _QUANTILES),
        markers=markers_of(state, began, since_of(began, until, window_s) or began - 5.0),
        limits=limits_of(state),
        until_s=until,
        window_s=window_s,
        unit="ms",
        empty=WAITING,
        fixed=state.finished is not None,
    )


def endpoint_chart(state: RunState, row: Row, window_s: float | None = None) -> ChartData:
    """One endpoint: its p95, and its rate on the right axis. A point covers about 5 s."""
    began, until = span_of(state)
    since = since_of(began, until, window_s)
    points = [one for one in row.points() if since is None or one.end_s > since]
    found = spots(points, began, f"{row.method} {row.name}")
    requests = rates(found, until, lambda one: one.count, _silence(state, began))
    return ChartData(
        title="p95 and throughput",
        lines=[
            *_percentile_lines(found, until, ("p95",)),
            Line("rps", "rps", requests, "rps", "right"),
        ],
        markers=markers_of(state, began, since_of(began, until, window_s) or began - 5.0),
        limits=limits_of(state, row),
        until_s=until,
        window_s=window_s,
        unit="ms",
        empty="no requests to this endpoint in this window",
        fixed=state.finished is not None,
    )


def shape_chart(
    points: Sequence[tuple[float, float]],
    marks: Sequence[Marker] = (),
    of: Literal["users", "rate"] = "users",
) -> ChartData:
    """The planned users, or iterations a second, over time: pairs of seconds from 0 on and one of
    them; the last point is the end."""
    name, unit = ("users", "users") if of == "users" else ("iterations", "/s")
    spans: list[tuple[float, float, float | None]] = [
        (here[0], after[0], float(here[1]))
        for here, after in pairwise(points)
        if after[0] > here[0]
    ]
    return ChartData(
        title=f"planned {name}",
        lines=[Line(name, "users", spans, unit, step=True)],
        markers=list(marks),
        until_s=points[-1][0] if points else 0.0,
        unit=unit,
        empty="no preview: the load shape is not complete",
        fixed=True,
    )


def limits_of(state: RunState, row: Row | None = None) -> list[Limit]:
    """The limits of response times: of the total, or those that an endpoint has of its own."""
    # The rules are the judge's; they are imported with the first figures, not with the screen.
    from lftui.judge.thresholds.threshold import read_back

    rules = read_back(state.started.thresholds if state.started else None)
    return [
        Limit(
            rule.limit,
            f"{rule.metric.removesuffix('_ms')} {rule.severity} {_time(rule.limit)}",
            "warning" if rule.severity == "warning" else "critical",
        )
        for rule in rules
        if rule.upper
        and rule.metric == "p95_ms"
        and (rule.scope == "total" if row is None else rule.matches(row.method, row.name))
    ]


def _time(ms: float) -> str:
    return f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"


# --- parts ---------------------------------------------------------------------------------------


def span_of(state: RunState) -> tuple[float, float]:
    """When the load began (monotonic), and the seconds of the run so far.

    While a run lasts, time goes on without ticks: that figures are missing is to be seen.
    """
    began = state.load_began_s
    if began is None or state.last_tick_s is None:
        return state.last_s, 0.0
    latest = state.last_tick_s if state.finished else max(state.last_tick_s, state.last_s)
    return began, max(0.0, latest - began)


def since_of(began: float, until: float, window_s: float | None) -> float | None:
    """From when on points are needed (monotonic): a little more than the axis covers."""
    return None if not window_s else began + until - 1.2 * window_s


def _silence(state: RunState, began: float) -> Callable[[float, float], float | None]:
    """The rate of an endpoint that nothing was heard of: 0, unless nothing was measured at all."""
    total = state.series.points()

    def rate(begin_s: float, end_s: float) -> float | None:
        low, high = begin_s + began, end_s + began
        covered = sum(
            min(one.end_s, high) - max(one.start_s, low)
            for one in total
            if one.end_s > low and one.start_s < high
        )
        return 0.0 if covered > (end_s - begin_s) / 2 else None

    return rate


def _percentile_lines(found: Sequence[Spot], until: float, names: Sequence[str]) -> list[Line]:
    known = {id(spot): each for spot, each in zip(found, percentiles(found), strict=True)}

    def reader(index: int) -> Callable[[Spot], float | None]:
        return lambda spot: known[id(spot)][index]

    return [
        Line(name, name, values(found, until, reader(index)), "ms")
        for index, name in enumerate(_QUANTILES)
        if name in names
    ]
