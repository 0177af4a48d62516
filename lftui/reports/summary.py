"""lftui's own summary (`--summary`), schema `lftui.summary/1`: `docs/summary.schema.json`.

Fields may be added, never renamed. With `--reset-stats` the totals, endpoints, errors and the
verdict are those since the reset, as Locust's own are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from lftui.judge.comparison import Comparison
from lftui.judge.diagnosis import Explained, explain, explain_exceptions
from lftui.judge.exit_code import exit_code
from lftui.judge.health import Health
from lftui.judge.omission import adjusted_said, stuck_ratio
from lftui.judge.verdict import Verdict
from lftui.reports.arrival_figures import arrival_figures
from lftui.reports.capacity_search import search_json
from lftui.reports.comparison import comparison_json
from lftui.reports.run_facts import moment, run_facts
from lftui.reports.seconds import ErrorCount
from lftui.reports.step_figures import judged_steps, step_figures
from lftui.reports.target_figures import target_figures
from lftui.reports.verdict_json import rounded, step_json, verdict_json
from lftui.reports.worker_figures import worker_figures
from lftui.run_state import Entry, Phase, RunState, endpoint_entries, endpoint_phases

SCHEMA = "lftui.summary/1"
_EXCEPTIONS = 500

Json = dict[str, Any]


def summary(
    state: RunState, verdict: Verdict, errors: Mapping[int, ErrorCount] | None = None
) -> Json:
    """The summary as JSON's own types.

    Args:
        state: the run, also a half one.
        verdict: the judge's word on it.
        errors: the errors since the last reset, by group (`PerSecondFold.errors`); without them
            those of the whole run are counted.
    """
    total, endpoints = endpoint_entries(state, state.reset)
    all_phases, phases = endpoint_phases(state, state.reset)
    code = exit_code(state, verdict.outcome)
    return {
        "schema": SCHEMA,
        "run": run_facts(state),
        "plan": state.started.plan if state.started is not None else {},
        "totals": _entry(total, all_phases),
        "endpoints": [
            _entry(entry, phases.get((entry.method, entry.name)))
            for entry in endpoints
            if entry.requests
        ],
        "errors": _errors(state, errors),
        "arrivals": arrival_figures(state),
        "adjusted_by": adjusted_said(state) or None,
        "stuck_ratio": rounded(stuck_ratio(state)),
        "steps": [
            {**step_figures(state, step), **step_json(judged)}
            for step, judged in judged_steps(state, verdict)
        ],
        "capacity_search": search_json(state),
        "workers": worker_figures(state),
        "target": target_figures(state),
        "exceptions": _exceptions(state),
        "baseline": _comparison(verdict.comparison),
        "verdict": verdict_json(verdict, None if state.finished is None else code),
        "notes": _notes(state),
        "generator": generator_json(state, verdict.health),
    }


def summary_text(
    state: RunState, verdict: Verdict, errors: Mapping[int, ErrorCount] | None = None
) -> str:
    """The summary as the text of its file."""
    return json.dumps(summary(state, verdict, errors), indent=2, ensure_ascii=False) + "\n"


def _entry(entry: Entry, phases: Mapping[str, Phase] | None) -> Json:
    """An entry; with `--timings` its phases, too."""
    found: Json = msgspec.to_builtins(entry)
    if phases:
        found["timings"] = msgspec.to_builtins(phases)
    return found


def _comparison(comparison: Comparison | None) -> Json | None:
    if comparison is None:
        return None
    document: Json = json.loads(comparison_json(comparison))
    return document


def _errors(state: RunState, counts: Mapping[int, ErrorCount] | None) -> list[Json]:
    """The most frequent first; one meaning at one endpoint is one entry."""
    if counts is None:
        kinds = explain(state, limit=None)
    else:
        kinds = explain(state, None, {number: seen.count for number, seen in counts.items()})
    return [_error(kind, counts) for kind in kinds]


def _error(kind: Explained, counts: Mapping[int, ErrorCount] | None) -> Json:
    first, last = kind.first_wall, kind.last_wall
    if counts is not None:
        seen = [counts[group] for group in kind.groups if group in counts]
        first, last = min(one.first_wall for one in seen), max(one.last_wall for one in seen)
    return {
        "method": kind.method,
        "name": kind.name,
        "error": kind.text,
        "status": kind.status,
        "count": kind.count,
        "first_seen": moment(first),
        "last_seen": moment(last),
        "category": kind.category,
        "remedy": kind.remedy,
        "points_at": kind.points_at,
        "trend": kind.trend,
        "new_in_step": kind.new_in_step,
        "sample": kind.sample,
    }


def _exceptions(state: RunState) -> list[Json]:
    """What the locustfile raised outside of requests, the most frequent first."""
    return [_exception(state, kind) for kind in explain_exceptions(state, _EXCEPTIONS)]


def _exception(state: RunState, kind: Explained) -> Json:
    raised = [state.exceptions[group] for group in kind.groups]
    return {
        "message": kind.text,
        "count": kind.count,
        "nodes": list(dict.fromkeys(node for error in raised for node in error.nodes)),
        "where": kind.name,
        "first_seen": moment(kind.first_wall),
        "last_seen": moment(kind.last_wall),
        "category": kind.category,
        "remedy": kind.remedy,
        "sample": kind.sample,
    }


def _notes(state: RunState) -> list[Json]:
    return [
        {"at": moment(mark.wall), "who": mark.who, "text": mark.text}
        for mark in state.marks
        if mark.type == "note"
    ]


def generator_json(state: RunState, judged: Health) -> Json:
    """How the instrument itself was; None for what was never read."""
    health = state.health
    measured = state.load_ended_s is not None
    p99_us = health.lag.percentile_us(0.99)
    p99_ms = None if p99_us is None else min(p99_us, health.lag_max_us) / 1000
    return {
        "cpu_percent_max": health.cpu_percent_max if measured else None,
        "loop_lag_p99_ms": p99_ms,
        "loop_lag_max_ms": health.lag_max_us / 1000 if measured else None,
        "rss_bytes_max": health.rss_bytes_max if measured else None,
        "open_files_max": health.open_files_max if measured else None,
        "pack_max_ms": health.pack_max_us / 1000 if measured else None,
        "busy_ratio": round(judged.busy_share, 3) if measured else None,
        "healthy": not judged.bottleneck if measured else None,
        "reason": judged.reason or None,
    }
