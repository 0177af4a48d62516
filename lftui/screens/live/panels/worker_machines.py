"""The workers as rows: what each says of the last ten seconds, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.metrics import Histogram
from lftui.records import WorkerTick
from lftui.run_state import RunState, WorkerFacts
from lftui.run_state.health import FULL_PERCENT, MISSING
from lftui.screens.live.panels.machine import Machine, Standing

KEY = "w"
"""What the keys of their rows begin with."""


def worker_rows(state: RunState) -> list[Machine]:
    """The workers of the latest tick, by their id; after the end all that there were."""
    seen: dict[str, list[WorkerTick]] = {}
    for tick in state.recent:
        for worker in tick.workers:
            seen.setdefault(worker.id, []).append(worker)
    over = state.finished is not None
    there = [one.id for one in state.recent[-1].workers] if state.recent else []
    names = dict.fromkeys([*state.workers, *there] if over else there)
    covered = sum(tick.end - tick.start for tick in state.recent) or 1.0
    rows = [
        _worker(name, state.workers.get(name), seen.get(name, []), covered, over) for name in names
    ]
    return sorted(rows, key=lambda row: (row.standing != "critical", _natural(row.name)))


def worker_of_row(key: str) -> str:
    """The id of the worker that a row's key is about; "" where it is about none."""
    return key.removeprefix(KEY) if key.startswith(KEY) else ""


def _natural(name: str) -> tuple[str, int, str]:
    """`local-2` comes before `local-10`."""
    begin, _, number = name.rpartition("-")
    return (begin, int(number), "") if number.isdecimal() and number.isascii() else (name, 0, name)


def _worker(
    name: str,
    facts: WorkerFacts | None,
    ticks: Sequence[WorkerTick],
    covered_s: float,
    over: bool,
) -> Machine:
    latest = ticks[-1] if ticks else WorkerTick(id=name)
    # Its mark says it up to a second before a tick does.
    missing = latest.state == MISSING or (facts is not None and facts.state == "missing")
    lost = missing and not over
    full = latest.cpu_percent >= FULL_PERCENT and not over
    standing: Standing = "critical" if lost else "warning" if full else "good"
    lag, ok = Histogram(), Histogram()
    for tick in ticks:
        lag.add_sparse(tick.lag)
        ok.add_sparse(tick.ok)
    p95_us = ok.percentile_us(0.95)
    silent = lost or over
    return Machine(
        key=f"{KEY}{name}",
        kind="worker",
        name=name,
        state="LOST" if lost else "ended" if over else "saturated" if full else latest.state,
        standing="unknown" if over else standing,
        users=0 if silent else latest.users,
        target=None if silent or (latest.users and not latest.asked) else latest.asked,
        rps=None if silent else sum(tick.count for tick in ticks) / covered_s,
        cpu_percent=None if silent else latest.cpu_percent,
        rss_bytes=None if silent else latest.rss_bytes,
        lag=lag,
        lag_max_us=max((tick.lag_max_us for tick in ticks), default=None),
        p95_ms=None if p95_us is None or silent else p95_us / 1000,
        in_flight=None if silent else latest.in_flight,
        precision=facts.precision if facts is not None else latest.precision,
        version=latest.version,
        software=facts.seen.software if facts is not None else "",
        host=facts.seen.host if facts is not None else "",
        pid=facts.seen.pid if facts is not None else 0,
    )
