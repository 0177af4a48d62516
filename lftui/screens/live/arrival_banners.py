"""Banners about the arrivals of an open workload: whether they find a user."""

from __future__ import annotations

from collections.abc import Iterator

from lftui.judge.arrivals import is_reached
from lftui.judge.workers import is_distributed, more_room_said
from lftui.records import Arrivals
from lftui.reports.said import several
from lftui.run_state import RunState, arrivals_in
from lftui.screens.live.banner import Banner, broken, doubt
from lftui.screens.live.tiles import generator_now

_ON = ("running", "spawning")


def of_arrivals(state: RunState) -> Iterator[Banner]:
    """A rate that was not reached in the last seconds, why, and what to do."""
    found = arrivals_in(state.recent)
    now = state.recent[-1].arrivals if state.recent else None
    if now is None or found is None or state.state not in _ON or is_reached(found):
        return
    gone = f", {found.dropped:,} given up in 10 s" if found.dropped else ""
    if generator_now(state).level == "critical":
        more = f"A lower rate (-), or {more_room_said(state)}"
        yield broken(f"RATE NOT REACHED: the generator is saturated{gone}. {more}")
    elif now.waiting:
        text = f"{_users(now)}, {several(now.waiting, 'iteration')} {_wait(state, now)}{gone}"
        yield broken(f"RATE NOT REACHED: {text}. A lower rate (-), or more users (--max-users)")
    else:
        late = f"{found.late:,} of {several(found.started, 'iteration')} began late"
        given_up = f", {found.dropped:,} given up" if found.dropped else ""
        yield doubt(f"RATE NOT REACHED in the last 10 s: {late}{given_up}")


def _users(now: Arrivals) -> str:
    return f"{now.busy:,} of {now.most:,} users are busy"


def _wait(state: RunState, now: Arrivals) -> str:
    """What is waited for: a user that is free may be one of another class, or worker."""
    verb = "waits" if now.waiting == 1 else "wait"
    if now.busy + now.free < now.most:
        return f"{verb} while users are added"
    classes = [one for one in state.loaded.user_classes if one.chosen] if state.loaded else []
    if not now.free or (len(classes) < 2 and not is_distributed(state)):
        return verb
    return f"{verb} for one of their {'class' if len(classes) > 1 else 'worker'}"
