"""What a verdict is made of: outcomes, and the checks that lead to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Outcome = Literal["pass", "warn", "fail", "inconclusive"]
Source = Literal["threshold", "baseline", "preset", "generator", "guard", "locust", "capacity"]
Severity = Literal["warning", "critical"]

SIGNS: dict[Outcome, str] = {"pass": "●", "warn": "▲", "fail": "■", "inconclusive": "○"}
"""An outcome is told by sign and word, never by color alone."""

_ORDER: dict[Outcome, int] = {"pass": 0, "inconclusive": 1, "warn": 2, "fail": 3}


class Check(msgspec.Struct, frozen=True, omit_defaults=False):
    """One question that was put to a run, and its answer.

    Attributes:
        source: who asked.
        scope: "total", an endpoint as `METHOD name`, "class NAME" or "target".
        metric: `p95_ms`, `error_ratio`, `rps`, …
        value: what was measured, in the metric's unit; None where nothing was.
        limit: what it was held against; None where there was nothing.
        outcome: the answer. "inconclusive" says that the data cannot tell.
        reason: one sentence for people.
        low, high: the interval in which the true value lies; None where an end is unknown.
        samples: how many responses stand behind the value.
        severity: what a broken limit means; None for a check without levels.
        users: the load level that was judged; None for the whole run, and in an open workload.
        rate: the load level in iterations a second; None in a closed workload.
        expected: the baseline's own figure.
        delta: relative difference from it, 0.1 for 10 % more.
        unit: of a metric of the target; of "%" value and limit are shares 0..1.
    """

    source: Source
    scope: str
    metric: str
    outcome: Outcome
    value: float | None = None
    limit: float | None = None
    reason: str = ""
    low: float | None = None
    high: float | None = None
    samples: int = 0
    severity: Severity | None = None
    users: int | None = None
    expected: float | None = None
    delta: float | None = None
    unit: str = ""
    rate: float | None = None


def is_of_target(check: Check) -> bool:
    """Whether it is about the target's own metrics."""
    return check.scope == "target" or check.scope.startswith("target ")


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of several; "inconclusive" is worse than "pass" only. "pass" of none."""
    return max(outcomes, key=lambda one: _ORDER[one], default="pass")
