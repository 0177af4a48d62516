"""A target's ceiling of requests a second, kept by taking users away, or by a lower rate."""

from __future__ import annotations

from math import floor

from lftui.judge.load import rate_said
from lftui.records import SetRate, SetUsers
from lftui.run_state import RunState

_MEASURED_S = 5.0
_EVERY_S = 10.0
_WHO = "ceiling"


class Ceiling:
    """Looks at the rate of the last seconds; over `max_rps` the shape is held with fewer users,
    in an open workload at a lower rate.

    Args:
        max_rps: the target's `max_rps`; None for no ceiling.
    """

    def __init__(self, max_rps: float | None) -> None:
        self._max_rps = max_rps
        self._acted_s = 0.0

    def look(self, state: RunState) -> SetUsers | SetRate | None:
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
        rps = sum(one.count for tick in ticks for one in tick.endpoints) / covered
        if rps <= self._max_rps:
            return None
        self._acted_s = ticks[-1].end
        share = self._max_rps / rps
        if arrivals is not None:
            return SetRate(id=_WHO, who=_WHO, rate=_floored(arrivals.target_rate * share))
        fewer = min(int(state.target * share), state.target - 1)
        return SetUsers(id=_WHO, who=_WHO, users=max(fewer, 0))


def _floored(rate: float) -> float:
    """To three digits behind the point, and never more than asked."""
    return floor(rate * 1000) / 1000


def say_ceiling(max_rps: float, command: SetUsers | SetRate) -> str:
    """What was done, in one sentence."""
    if isinstance(command, SetRate):
        held = rate_said(command.rate)
    else:
        held = f"{command.users} users"
    return (
        f"the load was over this target's ceiling of {max_rps:g} requests a second; "
        f"it is held at {held}"
    )
