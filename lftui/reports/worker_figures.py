"""A worker's figures over the whole run, for every export that shows workers."""

from __future__ import annotations

from typing import Any

from lftui.judge.workers import is_distributed
from lftui.run_state import RunState, WorkerFacts
from lftui.run_state.workers import OTHERS

Json = dict[str, Any]
_QUANTILES = (0.50, 0.95, 0.99)
_STATES = {"present": "there", "missing": "missing", "left": "left"}


def worker_figures(state: RunState) -> list[Json]:
    """Each worker in the order in which they came; none of a run without any. Percentiles are of
    its successful requests; what it never said is None, or empty where it is text."""
    return [_figures(one) for one in state.workers.values()]


def shows_workers(state: RunState) -> bool:
    """Whether a report is worth a part about them."""
    return is_distributed(state) and bool(state.workers)


def _figures(facts: WorkerFacts) -> Json:
    seen = facts.seen
    p50, p95, p99 = (
        None if us is None else us / 1000 for us in facts.ok.percentiles_us(_QUANTILES)
    )
    lag = facts.lag_p99_us
    return {
        "id": facts.id,
        "host": seen.host,
        "pid": seen.pid or None,
        "kind": seen.software if facts.id != OTHERS else "",
        "local": seen.local,
        "precision": facts.precision,
        "version": facts.version or seen.versions.get("locust", ""),
        "state": _STATES[facts.state],
        "users_max": facts.users_max,
        "requests": facts.count,
        "failures": facts.failures,
        "rps": round(facts.rps, 3),
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "cpu_percent_max": facts.cpu_percent_max,
        "rss_bytes_max": facts.rss_bytes_max,
        "loop_lag_p99_ms": None if lag is None else lag / 1000,
        "loop_lag_max_ms": facts.lag_max_us / 1000 if lag is not None else None,
        "lost": facts.lost,
        "requests_missing_max": facts.requests_missing_max,
    }


def losses_of(figures: Json) -> str:
    """`lost once, 4 requests at most`, `lost 2 times, missing at the end`; "" where it was never
    lost."""
    if not figures["lost"]:
        return ""
    said = "lost once" if figures["lost"] == 1 else f"lost {figures['lost']:,} times"
    if figures["requests_missing_max"]:
        most = figures["requests_missing_max"]
        said += f", {most:,} {'request' if most == 1 else 'requests'} at most"
    return said + (", missing at the end" if figures["state"] == "missing" else "")
