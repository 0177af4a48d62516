"""The arrivals of an open workload: what a tick says of them, and over the spans that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lftui.metrics import ArrivalFigures
from lftui.records import Tick

_NOW_S = 3.0


def arrivals_of(tick: Tick) -> ArrivalFigures | None:
    """A tick's arrivals as figures that add up; None in a closed workload."""
    found = tick.arrivals
    if found is None:
        return None
    length_s = tick.end - tick.start
    # With workers a user may be free in one while arrivals wait in another: what waits while the
    # users are all there that there may be lacks users.
    short = found.waiting > 0 and found.most > 0 and found.busy + found.free >= found.most
    return ArrivalFigures(
        covered_s=length_s,
        due=found.due,
        started=found.started,
        late=found.late,
        dropped=found.dropped,
        short_s=length_s if short else 0.0,
        goal_rate=found.target_rate,
        waiting=found.waiting,
        waiting_max=found.waiting,
        busy_max=found.busy,
        users_max=max(tick.users, found.busy + found.free),
        most=found.most,
    )


def added(
    before: ArrivalFigures | None, later: ArrivalFigures | None, *, timed: bool = True
) -> ArrivalFigures | None:
    """What there was with what came; `timed` is whether the time counts as load."""
    if later is None:
        return before
    if before is None:
        before = ArrivalFigures()
    covered_s = before.covered_s
    before.add(later)
    if not timed:
        before.covered_s = covered_s
    return before


def arrivals_in(ticks: Iterable[Tick]) -> ArrivalFigures | None:
    """The arrivals of several ticks together; None in a closed workload."""
    found: ArrivalFigures | None = None
    for tick in ticks:
        found = added(found, arrivals_of(tick))
    return found


def rate_here(ticks: Sequence[Tick]) -> float | None:
    """Iterations a second at the end of the last tick: those that are wanted, and while the rate
    is on its way there those that were due in the last 3 s. None in a closed workload."""
    last = ticks[-1].arrivals if ticks else None
    if last is None or ticks[-1].state != "spawning":
        return None if last is None else last.target_rate
    due, covered_s = 0, 0.0
    for tick in reversed(ticks):
        if tick.arrivals is None or tick.state != "spawning" or covered_s >= _NOW_S:
            break
        due += tick.arrivals.due
        covered_s += tick.end - tick.start
    return due / covered_s if covered_s > 0 else last.target_rate
