"""Who makes the load: worker processes, or the one generator, with their latest readings."""

from __future__ import annotations

from lftui.judge.health import Health, health_of
from lftui.judge.workers import is_distributed
from lftui.metrics import Figures, Histogram
from lftui.records import GeneratorHealth, Tick
from lftui.run_state import RunState
from lftui.run_state.health import FULL_PERCENT, busiest_percent, there
from lftui.run_state.views import duration_s
from lftui.screens.live.panels.machine import Machine
from lftui.screens.live.panels.worker_machines import worker_rows
from lftui.snapshot import Snapshot

_SHORT_S = 0.2


def machines_of(snapshot: Snapshot) -> list[Machine]:
    """Lost workers on top, then the generator, the other workers, and the user classes."""
    state = snapshot.state
    if state.last_tick_s is None:
        return []
    workers = worker_rows(state)
    lost = [one for one in workers if one.standing == "critical"]
    return [*lost, _generator(state), *workers[len(lost) :], *_classes(snapshot)]


def latest_whole(state: RunState) -> Tick | None:
    """The latest tick whose CPU says something; that of one that a mark cut short does not."""
    whole = (tick for tick in reversed(state.recent) if tick.end - tick.start >= _SHORT_S)
    return next(whole, None)


def latest_health(state: RunState) -> GeneratorHealth:
    """The generator's own latest reading that says something."""
    tick = latest_whole(state)
    return tick.health if tick is not None else state.health.latest


def is_full(state: RunState) -> bool:
    """Whether the generator, or any worker, has no room left now."""
    tick = latest_whole(state)
    workers = there(tick) if tick is not None else []
    return state.finished is None and busiest_percent(latest_health(state), workers) >= FULL_PERCENT


def _generator(state: RunState) -> Machine:
    latest, lag = latest_health(state), Histogram()
    covered = _covered(state)
    for tick in state.recent:
        lag.add_sparse(tick.health.lag)
    over = state.finished is not None
    full = not over and latest.cpu_percent >= FULL_PERCENT
    return Machine(
        "generator",
        "generator",
        "master" if is_distributed(state) else "generator",
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
