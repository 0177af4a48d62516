"""Lines of an open workload's chart: the iterations that began, and those that were wanted."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.records import Marked
from lftui.run_state import RunState
from lftui.screens.live.chart_points import Spot, Value, rates
from lftui.widgets.chart.data import Line

_RAMP_PARTS = 40


def rate_lines(
    state: RunState, found: Sequence[Spot], began_s: float, since_s: float | None, until_s: float
) -> list[Line]:
    """What began a second, and what was wanted; nothing in a closed workload.

    Args:
        began_s, since_s: when the load began and from when on the chart shows it, monotonic.
        until_s: seconds of the run so far.
    """
    if not state.is_open:
        return []
    begun = rates(found, until_s, _started)
    wanted = wanted_line(state, began_s, until_s)
    shown = [one for one in wanted if since_s is None or one[1] > since_s - began_s]
    return [
        Line("begun", "goodput", begun, "/s"),
        Line("wanted", "accent", shown, "/s", step=True),
    ]


def _started(spot: Spot) -> int:
    return sum(one.arrivals.started for one in spot.parts if one.arrivals is not None)


def wanted_line(state: RunState, began_s: float, until_s: float) -> list[Value]:
    """The rate that was wanted over time, from the marks: a tick says only where a ramp leads."""
    marks = [one for one in state.marks if one.new_rate is not None]
    line: list[Value] = []
    for number, mark in enumerate(marks):
        begin_s = max(0.0, mark.mono - began_s)
        last = number + 1 == len(marks)
        end_s = until_s if last else min(until_s, marks[number + 1].mono - began_s)
        if end_s > begin_s:
            line += _level(mark, _slope(state, mark), begin_s, end_s)
    return line


def _level(mark: Marked, slope: float, begin_s: float, end_s: float) -> list[Value]:
    """The way to a rate in steps, and the rate from then on."""
    old, new = mark.old_rate or 0.0, mark.new_rate or 0.0
    way_s = abs(new - old) / slope if slope else 0.0
    line: list[Value] = []
    for part in range(_RAMP_PARTS if way_s else 0):
        low, high = (begin_s + way_s * at / _RAMP_PARTS for at in (part, part + 1))
        if low >= end_s:
            return line
        share = (part + 0.5) / _RAMP_PARTS
        line.append((low, min(high, end_s), old + (new - old) * share))
    if begin_s + way_s < end_s:
        line.append((begin_s + way_s, end_s, new))
    return line


def _slope(state: RunState, mark: Marked) -> float:
    """By how much a second the rate went there; 0 for at once, as by hand."""
    stages = (state.started.plan.get("stages") or []) if state.started is not None else []
    if mark.type != "stage" or mark.stage is None or mark.stage >= len(stages):
        return 0.0
    return float(stages[mark.stage].get("slope") or 0.0)
