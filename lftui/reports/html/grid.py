"""A run's series on one even grid of time, for charts.

The points of a series are finer the newer they are. Here they are put together to bins of equal
length, so that a line does not look calmer where it is only older.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil, floor
from statistics import median, median_low

import msgspec

from lftui.metrics import ArrivalFigures, Figures, Histogram, Point, Series, unpack

BINS = 600
_HOLE_S = 0.5
_SHORTEST_S = 0.5
_SLACK_S = 0.05
_QUANTILES = (0.50, 0.95, 0.99)


class GridRow(msgspec.Struct, frozen=True):
    """What was measured in one bin; all None, and no requests, where nothing was.

    Attributes:
        at_s: the middle of what it covers, in seconds of the run.
        covered_s: the time that was measured in it: rates are over this.
        users, wanted: at its end.
        cpu_percent, lag_max_ms: the generator's highest readings.
        adjusted_p95_ms: from when a request was due; None where that is not known.
        wanted_rate, reached_rate, late_per_s, dropped_per_s: of an open workload, iterations/s;
            the first at its end.
    """

    at_s: float
    covered_s: float = 0.0
    requests: int = 0
    failures: int = 0
    rps: float | None = None
    goodput_rps: float | None = None
    failures_per_s: float | None = None
    error_ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    users: int | None = None
    wanted: int | None = None
    cpu_percent: float | None = None
    lag_max_ms: float | None = None
    adjusted_p95_ms: float | None = None
    wanted_rate: float | None = None
    reached_rate: float | None = None
    late_per_s: float | None = None
    dropped_per_s: float | None = None


def grid(series: Series, began_s: float, most: int = BINS) -> list[GridRow]:
    """The series in about `most` bins at most, oldest first.

    A point counts in the bin of its middle, whole: counts add up to those of the series. A bin
    that only the edge of a point reaches has no row, so a line goes on across it; a row of None
    stands where no point was at all.

    Args:
        began_s: monotonic seconds of second 0.
    """
    points = series.points()
    if not points:
        return []
    bin_s = _bin_s(series, points[-1].end_s - points[0].start_s, most)
    # Ticks are cut on the full second: bins that begin there are filled by whole ones.
    origin = median_low(point.end_s % 1.0 for point in points)
    bins = groupby(points, key=lambda one: floor((_middle(one) - origin) / bin_s))
    rows: list[GridRow] = []
    ended = points[0].start_s
    for parts in _long_enough([list(parts) for _, parts in bins]):
        if parts[0].start_s - ended > _HOLE_S:
            rows.append(GridRow((parts[0].start_s + ended) / 2 - began_s))
        ended = parts[-1].end_s
        rows.append(_row(parts, began_s))
    return rows


def _long_enough(bins: list[list[Point]]) -> list[list[Point]]:
    """A tick that a mark has cut short goes with the bin before it: a rate of 20 ms is noise."""
    found: list[list[Point]] = []
    for parts in bins:
        near = bool(found) and parts[0].start_s - found[-1][-1].end_s <= _HOLE_S
        if near and (_covered(parts) < _SHORTEST_S or _covered(found[-1]) < _SHORTEST_S):
            found[-1] += parts
        else:
            found.append(parts)
    return found


def _covered(parts: Sequence[Point]) -> float:
    return sum(part.duration_s for part in parts)


def _middle(point: Point) -> float:
    return (point.start_s + point.end_s) / 2


def _bin_s(series: Series, length_s: float, most: int) -> int:
    """Whole seconds, and no less than the usual length of a point on the coarsest level. One long
    tick of a blocked generator does not count: it would blur the whole run."""
    usual = [median(point.duration_s for point in level) for level in series.levels if level]
    return max(1, ceil(max(length_s / most, *usual, 0.0) - _SLACK_S))


def _row(parts: Sequence[Point], began_s: float) -> GridRow:
    figures = _figures(parts)
    covered = _covered(parts)
    p50, p95, p99 = figures.percentiles_ms(_QUANTILES)
    timed = covered > 0
    return GridRow(
        at_s=(parts[0].start_s + parts[-1].end_s) / 2 - began_s,
        covered_s=covered,
        requests=figures.count,
        failures=figures.failures,
        rps=figures.rps(covered) if timed else None,
        goodput_rps=figures.goodput_rps(covered) if timed else None,
        failures_per_s=figures.failures / covered if timed else None,
        error_ratio=figures.error_ratio if figures.count else None,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        users=parts[-1].users,
        wanted=parts[-1].target_users,
        cpu_percent=max(part.cpu_percent for part in parts),
        lag_max_ms=max(part.lag_max_us for part in parts) / 1000,
        adjusted_p95_ms=figures.adjusted_percentiles_ms([0.95])[0],
        **_arrivals(parts),
    )


def _arrivals(parts: Sequence[Point]) -> dict[str, float]:
    """The rates of an open workload; nothing of a closed one."""
    found = ArrivalFigures()
    for part in parts:
        if part.arrivals is None:
            return {}
        found.add(part.arrivals)
    if found.covered_s <= 0:
        return {}
    return {
        "wanted_rate": found.goal_rate,
        "reached_rate": found.rate,
        "late_per_s": found.late / found.covered_s,
        "dropped_per_s": found.dropped / found.covered_s,
    }


def _figures(parts: Sequence[Point]) -> Figures:
    return Figures(
        count=sum(part.count for part in parts),
        failures=sum(part.failures for part in parts),
        bytes=sum(part.bytes for part in parts),
        ok=Histogram.from_sparse(unpack(b"".join(part.ok for part in parts))),
        failed=Histogram.from_sparse(unpack(b"".join(part.failed for part in parts))),
        adjusted=Histogram.from_sparse(unpack(b"".join(part.adjusted for part in parts))),
    )
