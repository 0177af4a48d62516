"""lftui's own summary (`--summary`), schema `lftui.summary/1`: `docs/summary.schema.json`.

Fields may be added, never renamed. With `--reset-stats` the totals, endpoints, errors and the
verdict are those since the reset, as Locust's own are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from lftui.reports.seconds import ErrorCount
from lftui.run_state import RunState, Step, duration_s, endpoint_entries, entry_of

SCHEMA = "lftui.summary/1"

CPU_LIMIT_PERCENT = 90.0
"""A generator is one thread on one core; from here on requests wait for it, not for the target."""
LAG_P99_LIMIT_MS = 20.0
"""Loop lag adds to every response time; 20 ms at p99 is what the figures may be wrong by."""

Json = dict[str, Any]


def summary(state: RunState, errors: Mapping[int, ErrorCount] | None = None) -> Json:
    """The summary as JSON's own types.

    Args:
        state: the run, also a half one.
        errors: the errors since the last reset, by group (`PerSecondFold.errors`); without them
            those of the whole run are counted.
    """
    total, endpoints = endpoint_entries(state, state.reset)
    return {
        "schema": SCHEMA,
        "run": _run(state),
        "plan": state.started.plan if state.started is not None else {},
        "totals": msgspec.to_builtins(total),
        "endpoints": [msgspec.to_builtins(entry) for entry in endpoints if entry.requests],
        "errors": _errors(state, errors),
        "steps": [_step(state, step) for step in state.steps.all()],
        "verdict": _verdict(state, total.requests, total.failures),
        "generator": _generator(state),
    }


def summary_text(state: RunState, errors: Mapping[int, ErrorCount] | None = None) -> str:
    """The summary as the text of its file."""
    return json.dumps(summary(state, errors), indent=2, ensure_ascii=False) + "\n"


def _run(state: RunState) -> Json:
    started, finished = state.started, state.finished
    versions = dict(state.loaded.versions) if state.loaded is not None else {}
    if started is not None:
        versions.update(started.versions)
    files = started.scenario if started is not None else []
    run_id = started.run_id if started is not None else ""
    return {
        "id": run_id,
        "run_id": run_id,
        "scenario": ", ".join(file.path for file in files),
        "scenario_files": [{"path": file.path, "sha256": file.sha256} for file in files],
        "locustfile_sha256": (started.scenario_sha256 or None) if started is not None else None,
        "git_revision": started.git_revision if started is not None else None,
        "host": started.host if started is not None else None,
        "operator": started.operator if started is not None else "",
        "state": state.state,
        "started_at": _moment(started.wall if started is not None else state.first_wall),
        "ended_at": _moment(finished.wall) if finished is not None else None,
        "duration_s": round(duration_s(state), 3),
        "end_reason": finished.reason if finished is not None else None,
        "exit_code": finished.exit_code if finished is not None else None,
        "in_flight_cut": finished.cut_in_flight if finished is not None else 0,
        "lftui_version": versions.get("lftui"),
        "locust_version": versions.get("locust"),
    }


def _errors(state: RunState, counts: Mapping[int, ErrorCount] | None) -> list[Json]:
    """The most frequent first."""
    errors = []
    for group in state.errors.values():
        seen = group if counts is None else counts.get(group.id)
        if seen is None or not seen.count:
            continue
        row = state.rows[group.row]
        errors.append(
            {
                "method": row.method,
                "name": row.name,
                "error": group.shown,
                "status": group.status,
                "count": seen.count,
                "first_seen": _moment(seen.first_wall),
                "last_seen": _moment(seen.last_wall),
                "category": None,
                "remedy": None,
            }
        )
    return sorted(errors, key=lambda one: (-one["count"], one["name"], one["method"], one["error"]))


def _step(state: RunState, step: Step) -> Json:
    """A plateau with the figures that it had once it had settled."""
    entry = entry_of("", "", step.span.total, step.span.covered_s)
    began = state.load_began_s if state.load_began_s is not None else step.began_s
    return {
        "number": step.number,
        "users": step.users,
        "started_s": round(step.began_s - began, 3),
        "duration_s": round(step.duration_s, 3),
        "measured_s": round(step.span.covered_s, 3),
        "requests": entry.requests,
        "failures": entry.failures,
        "rps": entry.rps,
        "goodput_rps": entry.goodput_rps,
        "error_ratio": entry.error_ratio,
        "p50_ms": entry.p50_ms,
        "p95_ms": entry.p95_ms,
        "p99_ms": entry.p99_ms,
        "samples": entry.samples,
        "verdict": None,
    }


def _verdict(state: RunState, requests: int, failures: int) -> Json:
    """Locust's own rule: a failed request, or an exception of the locustfile, fails the run."""
    # An exception is announced before it is counted, and a run may be cut off in between.
    exceptions = sum(max(group.count, 1) for group in state.exceptions.values())
    failed = "fail" if failures else ("pass" if requests else "inconclusive")
    raised = "fail" if exceptions else "pass"
    if "fail" in (failed, raised):
        outcome = "fail"
    else:
        outcome = failed
    return {
        "outcome": outcome,
        "checks": [_check("failures", failures, failed), _check("exceptions", exceptions, raised)],
    }


def _check(metric: str, value: int, outcome: str) -> Json:
    return {
        "source": "locust",
        "scope": "total",
        "metric": metric,
        "value": value,
        "limit": 0,
        "outcome": outcome,
    }


def _generator(state: RunState) -> Json:
    """How the instrument itself was; None for what was never read."""
    health = state.health
    measured = state.load_ended_s is not None
    p99_us = health.lag.percentile_us(0.99)
    p99_ms = None if p99_us is None else min(p99_us, health.lag_max_us) / 1000
    healthy = health.cpu_percent_max < CPU_LIMIT_PERCENT and (p99_ms or 0.0) < LAG_P99_LIMIT_MS
    return {
        "cpu_percent_max": health.cpu_percent_max if measured else None,
        "loop_lag_p99_ms": p99_ms,
        "loop_lag_max_ms": health.lag_max_us / 1000 if measured else None,
        "rss_bytes_max": health.rss_bytes_max if measured else None,
        "open_files_max": health.open_files_max if measured else None,
        "pack_max_ms": health.pack_max_us / 1000 if measured else None,
        "healthy": healthy if measured else None,
    }


def _moment(wall: float) -> str | None:
    """`2026-01-31T23:59:59.123Z`; None where no record said when."""
    if not wall:
        return None
    moment = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
