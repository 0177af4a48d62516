"""Was the generator the bottleneck? Then the figures are its own, not the target's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lftui.metrics import Histogram
from lftui.run_state import HealthFacts, RunState
from lftui.run_state.health import FullCore

BUSY_SHARE = 0.2
BUSY_S = 3.0
"""A core that is full for a fifth of the time, and for 3 s, is no hiccup."""
LAG_P99_MS = 50.0
"""Loop lag adds to response times; from here on it is part of every p99."""
_LAG_SAMPLES = 500
_NAMED = 3


class Health(msgspec.Struct, frozen=True):
    """How the measuring instrument was.

    Attributes:
        bottleneck: its readings say that it limited the load, or the truth of the figures.
        reason: the reading that says so, in words; empty while all is well.
        busy_share: share of the time, 0..1, in which its core, or that of any worker, was full.
        lag_p99_ms: None where the lag was never read.
    """

    bottleneck: bool = False
    reason: str = ""
    busy_share: float = 0.0
    lag_p99_ms: float | None = None


def health_of(several: Iterable[HealthFacts]) -> Health:
    """The judgement over some spans together."""
    covered = busy = 0.0
    highest, lag_max = 0.0, 0
    lag, full, distributed = Histogram(), dict[str, FullCore](), False
    for facts in several:
        covered += facts.covered_s
        busy += facts.busy_s
        highest = max(highest, facts.cpu_percent_max)
        lag.add(facts.lag)
        lag_max = max(lag_max, facts.lag_max_us)
        distributed = distributed or facts.distributed
        _add_full(full, facts.full)
    share = busy / covered if covered else 0.0
    p99_us = lag.percentile_us(0.99)
    p99_ms = None if p99_us is None else min(p99_us, lag_max) / 1000
    reasons = []
    if busy >= BUSY_S and share >= BUSY_SHARE:
        whose = _whose(full) if full else "its core was"
        reasons.append(f"{whose} full for {100 * share:.0f} % of the time ({highest:.0f} %)")
    if p99_ms is not None and p99_ms >= LAG_P99_MS and lag.count >= _LAG_SAMPLES:
        whose = "the loop lag of master and workers" if distributed else "its loop lag"
        reasons.append(f"{whose} was {p99_ms:.0f} ms at p99")
    return Health(bool(reasons), " and ".join(reasons), share, p99_ms)


def _add_full(sums: dict[str, FullCore], cores: Mapping[str, FullCore]) -> None:
    for name, core in cores.items():
        found = sums.setdefault(name, FullCore())
        found.busy_s += core.busy_s
        found.cpu_percent_max = max(found.cpu_percent_max, core.cpu_percent_max)


def _whose(full: Mapping[str, FullCore]) -> str:
    """`local-2's core was`, `the cores of local-2, local-1, local-3 and 4 more were`: the ones that
    were full the longest first."""
    names = sorted(full, key=lambda name: -full[name].busy_s)
    if len(names) == 1:
        return f"{names[0]}'s core was"
    named = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more > 0:
        return f"the cores of {named} and {more} more were"
    first, _, last = named.rpartition(", ")
    return f"the cores of {first} and {last} were"


def run_health(state: RunState) -> Health:
    """Over the settled load; over the whole run where nothing had settled."""
    settled = [step.span.health for step in state.steps.all() if step.span.total.count]
    return health_of(settled or [state.health])
