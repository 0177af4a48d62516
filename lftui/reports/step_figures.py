"""A step's figures, for every export that shows steps."""

from __future__ import annotations

from typing import Any

from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.verdict import Verdict
from lftui.reports.arrival_figures import step_arrivals
from lftui.run_state import RunState, Step, entry_of

Json = dict[str, Any]
ADJUSTED = ("p50_adjusted_ms", "p95_adjusted_ms", "p99_adjusted_ms")
"""Response times from when a request was due; None where that is not known."""


def judged_steps(state: RunState, verdict: Verdict) -> list[tuple[Step, StepVerdict]]:
    """Each step with what was said of it. A verdict may be older than the state: what it has not
    seen yet is left out."""
    found = {judged.number: judged for judged in verdict.steps}
    return [(step, found[step.number]) for step in state.steps.all() if step.number in found]


def step_figures(state: RunState, step: Step) -> Json:
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
        "rate": step.rate,
        "arrivals": step_arrivals(state, step),
        **{name: getattr(entry, name) for name in ADJUSTED},
    }
