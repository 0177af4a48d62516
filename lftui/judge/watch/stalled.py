"""A target that has gone silent with users waiting for it."""

from __future__ import annotations

from lftui.run_state import RunState

FEWEST_S = 5.0
"""A silence shorter than this is none."""
TIMES_P99 = 3.0
_BLOCKED_S = 2.5
_MISSED = 5.0
_RUNNING = ("running", "spawning")


def stalled(state: RunState) -> float | None:
    """The age of the last response in seconds, where a target with users on it answers no more.

    That is after `stall_limit_s`, while somebody really waits that long: a request is in flight
    since then; or, where requests in flight are not known, five responses and more are missing at
    the pace so far. None before, and while the run does not run.
    """
    now, last = state.last_tick_s, state.last_response_s or state.load_began_s
    if now is None or last is None or state.finished is not None:
        return None
    if state.state not in _RUNNING or not state.users or now - last <= FEWEST_S:
        return None
    silent = now - max(last, _blocked_until(state))
    limit = stall_limit_s(state)
    if silent <= limit:
        return None
    if state.in_flight is None:
        waits = _missed(state, last, now) >= _MISSED
    else:
        waits = state.in_flight > 0 and (state.oldest_in_flight_s or 0.0) > limit
    return now - last if waits else None


def stall_limit_s(state: RunState) -> float:
    """The silence that is too long: 5 s, or three times the p99 of the successes so far."""
    p99 = state.total.ok.percentile_us(0.99) or 0
    return max(FEWEST_S, TIMES_P99 * p99 / 1e6)


def _blocked_until(state: RunState) -> float:
    """When a generator that was blocked could send again: until then the silence was its own."""
    blocked = [tick.end for tick in state.recent if tick.end - tick.start > _BLOCKED_S]
    return blocked[-1] if blocked else 0.0


def _missed(state: RunState, last: float, now: float) -> float:
    """How many responses should have come meanwhile; the time without users is no part of it."""
    began = state.load_began_s
    if began is None or not state.total.count or last <= began:
        return 0.0
    for mark in reversed(state.marks):
        if mark.mono <= last:
            break
        if mark.old == 0 and mark.new:
            last = mark.mono
            break
    return state.total.count / max(1.0, last - began) * (now - last)
