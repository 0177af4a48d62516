"""The judge's words as JSON's own types, for the summary."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.judge.outcome import Check
from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.verdict import Verdict

Json = dict[str, Any]
_DIGITS = 6


def verdict_json(verdict: Verdict, exit_code: int | None) -> Json:
    """The outcome with its reasons, every check, knee, scalability and capacity."""
    return {
        "outcome": verdict.outcome,
        "exit_code": exit_code,
        "sentence": verdict.sentence,
        "reasons": verdict.reasons,
        "checks": [check_json(check) for check in verdict.checks],
        "knee": _plain(verdict.knee),
        "scalability": _plain(verdict.scalability),
        "capacity": _plain(verdict.capacity),
    }


def check_json(check: Check) -> Json:
    """One check, its figures rounded to 6 digits."""
    found: Json = rounded(msgspec.to_builtins(check))
    return found


def step_json(step: StepVerdict) -> Json:
    """What is said of a step beside its figures."""
    return {
        "verdict": step.outcome,
        "reason": step.reason or None,
        "checks": [check_json(check) for check in step.checks],
        "trust": _plain(step.trust),
        "generator_bottleneck": step.health.bottleneck,
    }


def _plain(value: Any) -> Any:
    return rounded(msgspec.to_builtins(value))


def rounded(value: Any) -> Any:
    """Floats to 6 significant digits; endless ones, which JSON does not have, to None."""
    if isinstance(value, float):
        number = float(f"{value:.{_DIGITS}g}")
        return number if number - number == 0 else None
    if isinstance(value, dict):
        return {str(name): rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value
