"""Banners about who makes the load: the generator and its workers."""

from __future__ import annotations

from collections.abc import Iterator

from lftui.judge.open_ports import open_ports_said
from lftui.judge.waiting import waits, waits_for
from lftui.judge.workers import (
    at_most_said,
    coarse_said,
    is_back,
    missing_said,
    more_room_said,
)
from lftui.live_view import plan_of
from lftui.records import Marked
from lftui.run_state import RunState
from lftui.screens.live.banner import Banner, broken, doubt, fact, gone
from lftui.screens.live.level import is_open
from lftui.screens.live.tiles import CPU_CRITICAL, LAG_CRITICAL_MS, generator_now
from lftui.snapshot import LinkFacts

SILENT_S = 5.0
RECENTLY_S = 60.0
_ON = ("running", "spawning", "paused")


def of_generator(state: RunState, link: LinkFacts) -> Iterator[Banner]:
    """A generator that is silent, full or late, and one that also draws."""
    silent = state.last_s - (state.last_tick_s if state.last_tick_s is not None else state.last_s)
    if state.state in _ON and silent > SILENT_S and link.status == "ok":
        yield gone(
            f"GENERATOR SILENT for {silent:.0f} s: stopped, or its processor is taken; "
            "the figures stand still. K ends it"
        )
    now = generator_now(state)
    if now.cpu_percent is not None and now.cpu_percent >= CPU_CRITICAL:
        whose = f"WORKER {now.busiest}" if now.busiest else "GENERATOR"
        yield broken(
            f"{whose} SATURATED: {now.cpu_percent:.0f} % of its core; response times are too "
            f"high and the load too low. {_less(state)}, or {more_room_said(state)}"
        )
    elif now.lag_p99_ms is not None and now.lag_p99_ms >= LAG_CRITICAL_MS:
        yield broken(
            f"GENERATOR LATE: its loop lags {now.lag_p99_ms:.0f} ms at p99, which is in every "
            f"response time. {_less(state)}, or a machine with more room"
        )
    if plan_of(state).get("in_process"):
        yield doubt("one process draws and measures: latencies are inflated (--in-process)")


def _less(state: RunState) -> str:
    """What takes load off the generator, and its key."""
    return "A lower rate (-)" if is_open(state) else "Fewer users (-)"


def of_workers(state: RunState) -> Iterator[Banner]:
    """Workers that are lost, back or waited for; who else may come; whose figures are rounded."""
    if waits(state):
        yield fact(waits_for(state))
    if lost := missing_said(state):
        yield gone(f"{lost}; 6 shows the workers")
    back = _back(state)
    if back is not None:
        yield fact(back)
    for said in open_ports_said(state):
        yield doubt(said)
    if coarse := coarse_said(state):
        yield fact(coarse)


def _back(state: RunState) -> str | None:
    """The worker that came back last, for a while; with what it may have taken along."""
    mark = _last_back(state)
    if mark is None:
        return None
    facts = state.workers.get(str(mark.facts.get("worker")))
    if facts is None or facts.state != "present":
        return None
    return f"{mark.text or f'{facts.id} is back'}{at_most_said(facts.requests_missing_max)}"


def _last_back(state: RunState) -> Marked | None:
    for mark in reversed(state.marks):
        if state.last_s - mark.mono >= RECENTLY_S:
            return None
        if is_back(mark):
            return mark
    return None
