"""The live figures of a run in OpenMetrics, for whatever scrapes them (`--prometheus-port`).

Pure: made of a state whenever it is asked for. Counters only grow and an endpoint keeps its place,
so that a scraper may take the differences; times are in seconds, shares 0..1, as OpenMetrics has
them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Literal

from lftui.judge.health import run_health
from lftui.judge.outcome import SIGNS, Outcome
from lftui.metrics import Figures, Histogram, value_us
from lftui.run_state import Row, RunState, recent_entries
from lftui.run_state.health import busiest_percent, lag_max_of, there

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MOST_ENDPOINTS = 500
OTHERS = "(others)"
"""The endpoints beyond the first `MOST_ENDPOINTS`, together."""
_BOUNDS_US = [bound * 1_000_000 for bound in BOUNDS_S]
_STATES = ("loading", "ready", "spawning", "running", "paused", "stopping", "stopped")

Kind = Literal["gauge", "counter", "histogram", "info", "stateset"]
Labels = Mapping[str, str]


class _Page:
    """Lines of an exposition."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def family(self, name: str, kind: Kind, about: str, unit: str = "") -> None:
        """Begin a metric; its name without the suffix of a counter."""
        self.lines.append(f"# TYPE {name} {kind}")
        if unit:
            self.lines.append(f"# UNIT {name} {unit}")
        self.lines.append(f"# HELP {name} {_escaped(about)}")

    def sample(self, name: str, value: float, labels: Labels | None = None) -> None:
        """A value of it; one that is no number is left out."""
        if isfinite(value):
            self.lines.append(f"{name}{_labels(labels or {})} {value:.12g}")

    def gauge(self, name: str, about: str, value: float | None, unit: str = "") -> None:
        """A gauge with one value; nothing where there is none."""
        if value is not None:
            self.family(name, "gauge", about, unit)
            self.sample(name, value)


def exposition(state: RunState, outcome: Outcome | None = None) -> str:
    """The exposition.

    Args:
        outcome: the judge's latest word; None before the first.
    """
    page = _Page()
    _run(page, state, outcome)
    _load(page, state)
    _arrivals(page, state)
    rows = _rows(state)
    _counts(page, rows)
    _times(page, rows)
    _generator(page, state)
    return "\n".join([*page.lines, "# EOF", ""])


def _run(page: _Page, state: RunState, outcome: Outcome | None) -> None:
    started = state.started
    if started is not None:
        page.family("lftui_run", "info", "The run.")
        files = ", ".join(fact.path for fact in started.scenario)
        labels = {"run": started.run_id, "scenario": files, "target": started.host or ""}
        page.sample("lftui_run_info", 1, labels)
    page.family("lftui_run_state", "stateset", "What the run is doing.")
    for name in dict.fromkeys([*_STATES, state.state]):
        page.sample("lftui_run_state", name == state.state, {"lftui_run_state": name})
    page.family("lftui_verdict", "stateset", "What the judge says of it so far.")
    for name in SIGNS:
        page.sample("lftui_verdict", name == outcome, {"lftui_verdict": name})
    page.family("lftui_limit_broken", "gauge", "Critical limits that the guard sees broken now.")
    for rule in state.guard.broken:
        page.sample("lftui_limit_broken", 1, {"rule": rule})


def _load(page: _Page, state: RunState) -> None:
    total, _ = recent_entries(state)
    page.gauge("lftui_users", "Users that run.", state.users)
    page.gauge("lftui_users_wanted", "Users wanted.", state.target)
    page.family("lftui_class_users", "gauge", "Users that run, by class.")
    for name, users in state.users_by_class.items():
        page.sample("lftui_class_users", users, {"user_class": name})
    page.gauge("lftui_in_flight", "Requests under way.", state.in_flight)
    page.gauge("lftui_requests_per_second", "Completed in the last 10 s.", total.rps)
    about = "Failed of those completed in the last 10 s."
    page.gauge("lftui_error_ratio", about, total.error_ratio if total.requests else None, "ratio")


def _arrivals(page: _Page, state: RunState) -> None:
    """Of an open workload: what was due and what became of it."""
    tick = state.recent[-1] if state.recent else None
    found, now = state.arrivals, tick.arrivals if tick is not None else None
    if found is None or now is None:
        return
    for name, about, count in (
        ("due", "Iterations whose time came.", found.due),
        ("started", "Iterations that began.", found.started),
        ("late", "Iterations that began 50 ms or more after their time.", found.late),
        ("dropped", "Iterations given up for want of a free user.", found.dropped),
    ):
        page.family(f"lftui_arrivals_{name}", "counter", about)
        page.sample(f"lftui_arrivals_{name}_total", count)
    about = "Iterations a second that are wanted."
    page.gauge("lftui_arrivals_target_rate", about, now.target_rate)
    page.gauge("lftui_arrivals_waiting", "Iterations that wait for a free user.", now.waiting)
    page.gauge("lftui_arrivals_busy_users", "Users in an iteration.", now.busy)
    page.gauge("lftui_arrivals_max_users", "Users that there may be.", now.most)


def _rows(state: RunState) -> list[tuple[Labels, Figures]]:
    """Endpoints as they came; those beyond the most that are told apart are one."""
    found: list[tuple[Labels, Figures]] = [
        (_named(row), row.figures) for row in state.rows[:MOST_ENDPOINTS]
    ]
    if len(state.rows) > MOST_ENDPOINTS:
        others = Figures()
        for row in state.rows[MOST_ENDPOINTS:]:
            others.add(row.figures)
        found.append(({"method": "", "name": OTHERS}, others))
    return found


def _named(row: Row) -> Labels:
    return {"method": row.method, "name": row.name}


def _counts(page: _Page, rows: Iterable[tuple[Labels, Figures]]) -> None:
    rows = list(rows)
    page.family("lftui_requests", "counter", "Completed requests, failed ones included.")
    for labels, figures in rows:
        page.sample("lftui_requests_total", figures.count, labels)
    page.family("lftui_failures", "counter", "Failed requests.")
    for labels, figures in rows:
        page.sample("lftui_failures_total", figures.failures, labels)
    page.family("lftui_received_bytes", "counter", "Bytes of responses.", "bytes")
    for labels, figures in rows:
        page.sample("lftui_received_bytes_total", figures.bytes, labels)


def _times(page: _Page, rows: Sequence[tuple[Labels, Figures]]) -> None:
    name = "lftui_response_time_seconds"
    about = "Response times of successful requests (outcome ok) and of failed ones."
    page.family(name, "histogram", about, "seconds")
    for labels, figures in rows:
        for outcome, times in (("ok", figures.ok), ("failed", figures.failed)):
            if times.count:
                _histogram(page, name, {**labels, "outcome": outcome}, times)
    if not any(figures.adjusted is not None for _, figures in rows):
        return
    name = "lftui_adjusted_response_time_seconds"
    about = "Times of successful requests from when they were due."
    page.family(name, "histogram", about, "seconds")
    for labels, figures in rows:
        if figures.adjusted is not None:
            _histogram(page, name, labels, figures.adjusted)


def _histogram(page: _Page, name: str, labels: Labels, times: Histogram) -> None:
    counts, sum_us = [0] * (len(BOUNDS_S) + 1), 0
    for bucket, count in times.buckets.items():
        us = value_us(bucket)
        counts[bisect_left(_BOUNDS_US, us)] += count
        sum_us += us * count
    total = 0
    for bound, count in zip([*(f"{one:g}" for one in BOUNDS_S), "+Inf"], counts, strict=True):
        total += count
        page.sample(f"{name}_bucket", total, {**labels, "le": bound})
    page.sample(f"{name}_sum", sum_us / 1_000_000, labels)
    page.sample(f"{name}_count", total, labels)


def _generator(page: _Page, state: RunState) -> None:
    """Whether the measuring instrument keeps up."""
    tick = state.recent[-1] if state.recent else None
    if tick is not None:
        about = "Of a core, of the busiest process that makes load, in the last second."
        page.gauge(
            "lftui_generator_cpu_ratio",
            about,
            busiest_percent(tick.health, there(tick)) / 100,
            "ratio",
        )
        about = "Longest loop lag of any of its processes in the last second."
        page.gauge("lftui_generator_lag_seconds", about, lag_max_of(tick) / 1e6, "seconds")
        rss = tick.health.rss_bytes
        page.gauge("lftui_generator_memory_bytes", "Its resident memory.", rss, "bytes")
        page.gauge("lftui_generator_open_files", "Its open files.", tick.health.open_files)
    saturated = float(run_health(state).bottleneck)
    page.gauge("lftui_generator_bottleneck", "1 where the figures are its own.", saturated)
    present = sum(one.state == "present" for one in state.workers.values())
    page.gauge("lftui_workers", "Workers that are there.", present if state.workers else None)


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
