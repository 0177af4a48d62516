"""Who makes the load: worker processes, or the one generator, with their latest readings."""

from __future__ import annotations

from typing import Literal

import msgspec

from lftui.judge.health import Health, health_of
from lftui.metrics import Figures, Histogram
from lftui.records import GeneratorHealth, WorkerTick
from lftui.run_state import RunState
from lftui.run_state.views import duration_s
from lftui.snapshot import Snapshot

Kind = Literal["generator", "worker", "class"]
Standing = Literal["good", "warning", "critical", "unknown", ""]

LOST_STATES = ("missing", "lost", "gone")
_SHORT_S = 0.2
_FULL = 90.0  # a generator is one thread: from here on it has no room left


class Machine(msgspec.Struct, frozen=True):
    """A row: a process, or a user class of the scenario.

    Attributes:
        standing: how it is; "" where that is no question.
        lag: of its loop in µs, over the last ten seconds.
        p95_ms: of a user class.
    """

    key: str
    kind: Kind
    name: str
    state: str = ""
    standing: Standing = ""
    users: int = 0
    target: int | None = None
    rps: float | None = None
    cpu_percent: float | None = None
    rss_bytes: int | None = None
    lag: Histogram | None = None
    lag_max_us: int | None = None
    open_files: int | None = None
    pack_us: int | None = None
    backlog: int | None = None
    precision: str = ""
    version: str = ""
    p95_ms: float | None = None
    requests: int = 0
    failures: int = 0

    @property
    def lag_p99_ms(self) -> float | None:
        """Loop lag at p99 over the last ten seconds."""
        p99 = self.lag.percentile_us(0.99) if self.lag is not None else None
        most = self.lag_max_us
        return None if p99 is None else min(p99, most if most is not None else p99) / 1000


def machines_of(snapshot: Snapshot) -> list[Machine]:
    """The generator first, then the workers (lost ones on top), then the user classes."""
    state = snapshot.state
    if state.last_tick_s is None:
        return []
    workers = _workers(state)
    workers.sort(key=lambda worker: (worker.standing != "critical", worker.name))
    return [_generator(state), *workers, *_classes(snapshot)]


def latest_health(state: RunState) -> GeneratorHealth:
    """The latest reading that says something: the CPU of a tick that a mark cut short does not."""
    whole = (tick for tick in reversed(state.recent) if tick.end - tick.start >= _SHORT_S)
    tick = next(whole, None)
    return tick.health if tick is not None else state.health.latest


def is_full(state: RunState) -> bool:
    """Whether the generator has no room left now."""
    return state.finished is None and latest_health(state).cpu_percent >= _FULL


def _generator(state: RunState) -> Machine:
    latest, lag = latest_health(state), Histogram()
    covered = _covered(state)
    for tick in state.recent:
        lag.add_sparse(tick.health.lag)
    full, over = is_full(state), state.finished is not None
    return Machine(
        "generator",
        "generator",
        "generator",
        "ended" if over else "SATURATED" if full else state.state,
        "unknown" if over else "critical" if full else "good",
        state.users,
        None if over else state.target,
        sum(one.count for tick in state.recent for one in tick.endpoints) / covered,
        latest.cpu_percent,
        latest.rss_bytes,
        lag,
        max((tick.health.lag_max_us for tick in state.recent), default=0),
        latest.open_files,
        max((tick.health.pack_us for tick in state.recent), default=0),
        latest.backlog,
    )


def _covered(state: RunState) -> float:
    return sum(tick.end - tick.start for tick in state.recent) or 1.0


def _workers(state: RunState) -> list[Machine]:
    seen: dict[str, list[WorkerTick]] = {}
    for tick in state.recent:
        for worker in tick.workers:
            seen.setdefault(worker.id, []).append(worker)
    there = {worker.id for worker in state.recent[-1].workers} if state.recent else set()
    over = state.finished is not None
    covered = _covered(state)
    return [_worker(name, ticks, name in there or over, covered) for name, ticks in seen.items()]


def _worker(name: str, ticks: list[WorkerTick], there: bool, covered: float) -> Machine:
    latest, lag = ticks[-1], Histogram()
    for tick in ticks:
        lag.add_sparse(tick.lag)
    lost = not there or latest.state in LOST_STATES
    full = latest.cpu_percent >= _FULL
    standing: Standing = "critical" if lost else "warning" if full else "good"
    return Machine(
        f"w{name}",
        "worker",
        name,
        "LOST" if lost else "saturated" if full else latest.state,
        standing,
        0 if lost else latest.users,
        None,
        None if lost else sum(tick.count for tick in ticks) / covered,
        None if lost else latest.cpu_percent,
        None if lost else latest.rss_bytes,
        lag,
        precision=latest.precision,
        version=latest.version,
        requests=sum(tick.count for tick in ticks),
        failures=sum(tick.failures for tick in ticks),
    )


def class_span(snapshot: Snapshot) -> tuple[str, float, dict[str, Figures]]:
    """What the figures of the classes are about: the span in words, its seconds, the figures.

    Of the last ten seconds there are none by class; then it is the step that lasts.
    """
    state = snapshot.state
    step = state.steps.current
    if snapshot.window == "fresh" and state.window is not None:
        return "since your mark", state.window.covered_s, state.window.classes
    if snapshot.window != "run" and step is not None and step.span.covered_s > 0:
        return f"step {step.number}", step.span.covered_s, step.span.classes
    figures = {name: row.figures for name, row in state.classes.items()}
    return "whole run", duration_s(state), figures


def _classes(snapshot: Snapshot) -> list[Machine]:
    state = snapshot.state
    _, covered, figures = class_span(snapshot)
    names = {**state.target_by_class, **state.users_by_class, **state.classes}
    return [_class(state, name, figures.get(name) or Figures(), covered) for name in sorted(names)]


def _class(state: RunState, name: str, figures: Figures, covered: float) -> Machine:
    return Machine(
        f"c{name}",
        "class",
        name,
        users=state.users_by_class.get(name, 0),
        target=state.target_by_class.get(name),
        rps=figures.rps(covered),
        p95_ms=figures.percentile_ms(0.95),
        requests=figures.count,
        failures=figures.failures,
    )


def health_now(state: RunState) -> Health:
    """Of the step that lasts, else of the whole run."""
    step = state.steps.current
    settled = step is not None and step.span.covered_s > 0
    return health_of([step.span.health if settled and step is not None else state.health])


def lost_workers(state: RunState) -> list[str]:
    """The workers that were there within the last ten seconds and are not now."""
    return [one.name for one in _workers(state) if one.standing == "critical"]
