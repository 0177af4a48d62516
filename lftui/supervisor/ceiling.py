"""A target's ceiling of requests a second, kept by taking users away, or by a lower rate."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, sqrt

from lftui.judge.load import rate_said
from lftui.records import SetRate, SetUsers, Tick
from lftui.run_state import RunState, rate_here

_MEASURED_S = 5.0
_EVERY_S = 10.0
_WHO = "ceiling"
_SCATTER = 3.0
"""Arrivals that are independent of one another scatter: so many standard deviations are noise."""
_Lowering = SetUsers | SetRate


class Ceiling:
    """Looks at the rate of the last seconds; over `max_rps` the shape is held with fewer users,
    in an open workload at a lower rate.

    Args:
        max_rps: the target's `max_rps`; None for no ceiling.
    """

    def __init__(self, max_rps: float | None) -> None:
        self._max_rps = max_rps
        self._acted_s = 0.0

    def look(self, state: RunState) -> _Lowering | None:
        """The command that brings the load under the ceiling; None while it is."""
        ticks = state.recent
        if self._max_rps is None or not ticks or state.finished is not None:
            return None
        arrivals = ticks[-1].arrivals
        if (state.target if arrivals is None else arrivals.target_rate) <= 0:
            return None
        covered = sum(tick.end - tick.start for tick in ticks)
        if covered < _MEASURED_S or ticks[-1].end - self._acted_s < _EVERY_S:
            return None
        requests = sum(one.count for tick in ticks for one in tick.endpoints)
        most = self._max_rps * covered
        if requests <= most or (arrivals is not None and requests <= most + _SCATTER * sqrt(most)):
            return None
        if arrivals is None:
            fewer = min(int(state.target * most / requests), state.target - 1)
            return self._acting(ticks, SetUsers(id=_WHO, who=_WHO, users=max(fewer, 0)))
        rate = _lower(ticks, most / requests)
        return None if rate is None else self._acting(ticks, SetRate(id=_WHO, who=_WHO, rate=rate))

    def _acting(self, ticks: Sequence[Tick], command: _Lowering) -> _Lowering:
        self._acted_s = ticks[-1].end
        return command


def _lower(ticks: Sequence[Tick], share: float) -> float | None:
    """The rate at which iterations request `share` of what they do now. They may have begun at
    another rate than is wanted: in a ramp. None where that is no lower rate: late iterations are
    made up for, and the load goes down by itself."""
    covered = sum(tick.end - tick.start for tick in ticks)
    begun = sum(tick.arrivals.started for tick in ticks if tick.arrivals is not None)
    here = rate_here(ticks) or 0.0
    lower = floor(1000 * (begun / covered if begun else here) * share) / 1000
    return lower if lower < here else None


def say_ceiling(max_rps: float, command: _Lowering) -> str:
    """What was done, in one sentence."""
    if isinstance(command, SetRate):
        held = rate_said(command.rate)
    else:
        held = f"{command.users} users"
    return (
        f"the load was over this target's ceiling of {max_rps:g} requests a second; "
        f"it is held at {held}"
    )
