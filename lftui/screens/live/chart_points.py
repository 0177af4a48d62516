"""Points of a run's series as a chart needs them: joined where they are many, and their
percentiles computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from lftui.metrics import Histogram, Point, unpack
from lftui.widgets.chart.ticks import round_step

_MOST = 450  # about two points a column of dots on a chart of half a wide screen
_WANTED = 400
_SHORTEST_S = 0.5  # ticks are cut at marks: a rate of 20 ms would be noise
_HOLE_S = 0.5
_LATE_S = 3.0
_OPEN_POINTS = 10
_QUANTILES = (0.5, 0.95, 0.99)
_KEPT = 6_000

Value = tuple[float, float, float | None]
Percentiles = tuple[float | None, float | None, float | None]
Hole = Callable[[float, float], float | None]
_Key = tuple[str, float, float, int, int]
_known: dict[_Key, Percentiles] = {}


def _gap(begin_s: float, end_s: float) -> None:
    return None


class Spot(msgspec.Struct):
    """What becomes one point of a chart. Seconds of the run.

    Attributes:
        parts: the series' points in it.
        of: whose they are: an endpoint's name, "" for the total.
    """

    begin_s: float
    end_s: float
    count: int
    failures: int
    users: int
    parts: list[Point]
    of: str = ""


def spots(points: Sequence[Point], began_s: float, of: str = "") -> list[Spot]:
    """The points joined by fixed spans of time where they are too many to be told apart.

    The spans are counted from the load's begin, so what is joined stays joined as time goes on.
    """
    if not points:
        return []
    joined_s = 0.0
    if len(points) > _MOST:
        joined_s = round_step((points[-1].end_s - points[0].start_s) / _WANTED)
    found: list[Spot] = []
    slot = None
    for point in points:
        middle = (point.start_s + point.end_s) / 2 - began_s
        here = int(middle / joined_s) if joined_s else None
        last = found[-1] if found else None
        short = last is not None and last.end_s - last.begin_s < _SHORTEST_S
        near = last is not None and point.start_s - began_s - last.end_s <= _HOLE_S
        if last is not None and near and (short or (joined_s and here == slot)):
            _extend(last, point, began_s)
        else:
            found.append(
                Spot(
                    point.start_s - began_s,
                    point.end_s - began_s,
                    point.count,
                    point.failures,
                    point.users,
                    [point],
                    of,
                )
            )
        slot = here
    if len(found) > 1 and found[-1].end_s - found[-1].begin_s < _SHORTEST_S:
        _fold_last(found, began_s)
    return found


def _extend(spot: Spot, point: Point, began_s: float) -> None:
    spot.end_s = point.end_s - began_s
    spot.count += point.count
    spot.failures += point.failures
    spot.users = point.users
    spot.parts.append(point)


def _fold_last(found: list[Spot], began_s: float) -> None:
    """The newest tick was cut short: until the next one comes it belongs to the one before."""
    short, before = found[-1], found[-2]
    if short.begin_s - before.end_s <= _HOLE_S:
        for point in short.parts:
            _extend(before, point, began_s)
        found.pop()


def rates(
    found: Sequence[Spot], until_s: float, pick: Callable[[Spot], int], hole: Hole = _gap
) -> list[Value]:
    """Something a second, of each spot."""

    def rate(spot: Spot) -> float | None:
        length = spot.end_s - spot.begin_s
        return pick(spot) / length if length > 0 else None

    return values(found, until_s, rate, hole)


def values(
    found: Sequence[Spot],
    until_s: float,
    value: Callable[[Spot], float | None],
    hole: Hole = _gap,
) -> list[Value]:
    """A value of each spot; `hole` gives that of a span without any, from begin to end."""
    line: list[Value] = []
    for spot in found:
        if line and spot.begin_s - line[-1][1] > _HOLE_S:
            line.append((line[-1][1], spot.begin_s, hole(line[-1][1], spot.begin_s)))
        line.append((spot.begin_s, spot.end_s, value(spot)))
    if line and until_s - line[-1][1] > _LATE_S:
        line.append((line[-1][1], until_s, hole(line[-1][1], until_s)))
    return line


def percentiles(found: Sequence[Spot]) -> list[Percentiles]:
    """p50, p95 and p99 in ms of each spot. All but the newest are known from the last time."""
    return [
        _percentiles(spot, spot.parts[-_OPEN_POINTS:] if spot is found[-1] else spot.parts)
        for spot in found
    ]


def _percentiles(spot: Spot, parts: Sequence[Point]) -> Percentiles:
    """Of the successes; where nothing succeeded, of the failures (as `Figures` has it).

    Of the newest spot, which grows, only its latest points are taken: on the chart of a day it
    holds hundreds, and it is one dot.
    """
    count = spot.count if len(parts) == len(spot.parts) else sum(one.count for one in parts)
    key = (spot.of, parts[0].start_s, parts[-1].end_s, count, spot.failures)
    known = _known.get(key)
    if known is None:
        if len(_known) >= _KEPT:
            for old in list(_known)[: _KEPT // 3]:
                del _known[old]
        known = _known[key] = _computed(parts)
    return known


def _computed(parts: Sequence[Point]) -> Percentiles:
    packed = b"".join([one.ok for one in parts]) or b"".join([one.failed for one in parts])
    p50, p95, p99 = Histogram.from_sparse(unpack(packed)).percentiles_us(_QUANTILES)
    return _ms(p50), _ms(p95), _ms(p99)


def _ms(us: int | None) -> float | None:
    return None if us is None else us / 1000
