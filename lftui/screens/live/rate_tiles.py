"""The tiles of an open workload: the rate that is reached and wanted, and who carries it out."""

from __future__ import annotations

from lftui.judge.arrivals import is_reached
from lftui.run_state import RunState
from lftui.run_state.windows import Window
from lftui.screens.live.parts import Row
from lftui.widgets.look import Look

_NONE = "—"
_ROOMY = 120


def rate_tiles(state: RunState, figures: Window, look: Look, width: int) -> list[tuple[str, Row]]:
    """Name and value of each: `39.8/40` iterations a second, `7/13 of 20` users busy and free."""
    roomy = width >= _ROOMY
    users = "users busy/free" if roomy else "busy/free/max"
    return [("iter/s", _rate(state, figures, look)), (users, _users(state, roomy))]


def _rate(state: RunState, figures: Window, look: Look) -> Row:
    """What began a second in this window, and what is wanted now; `12.4→30` on the way there."""
    now, found = state.arrivals, figures.arrivals
    if now is None:
        return [(_NONE, "dim")]
    reached = _figure(found.rate) if found is not None and found.covered_s > 0 else _NONE
    if state.finished is not None:
        wanted = ""  # nothing is wanted any more
    else:
        on_its_way = state.state == "spawning"
        wanted = f"{'→' if on_its_way else '/'}{_figure(now.goal_rate)}"
    missed = found is not None and not is_reached(found)
    sign = f"{look.sign('warning')} " if missed else ""
    return [(f"{sign}{reached}{wanted}", "warning" if missed else "strong")]


def _figure(rate: float) -> str:
    """In five cells at most: `0.5`, `39.8`, `40`, `1,240`."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def _users(state: RunState, roomy: bool) -> Row:
    """Those in an iteration and those that wait for one, of those that there may be."""
    arrivals = state.recent[-1].arrivals if state.recent else None
    if arrivals is None or state.finished is not None:
        return [(f"{state.users:,}", "strong")]
    of = f" of {arrivals.most:,}" if roomy else f"/{arrivals.most:,}"
    short = arrivals.waiting > 0 and not arrivals.free
    return [(f"{arrivals.busy:,}/{arrivals.free:,}{of}", "warning" if short else "strong")]
