"""A load scenario of the baseline: what it expects of all endpoints together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lftui.judge.comparison.compared import list_said, users_said
from lftui.judge.comparison.merged import by_users
from lftui.judge.difference import Reference, compare_metric
from lftui.judge.measured import Level, levels, settled
from lftui.judge.outcome import Check, Outcome
from lftui.plan import PlanError
from lftui.run_state import RunState

if TYPE_CHECKING:
    from lftui.baseline.document import BaselineDocument, Preset

_TARGET = ("cpu_usage", "memory_usage")


def compare_preset(state: RunState, document: BaselineDocument, name: str) -> list[Check]:
    """The run against a preset's `expected_metrics`; one check each.

    Raises:
        PlanError: the baseline has no such preset.
    """
    preset = document.load_scenarios.get(name)
    if preset is None:
        there = ", ".join(document.load_scenarios) or "none"
        raise PlanError(f"the baseline has no load scenario '{name}'; it has {there}")
    level, differs = _level(state, preset)
    wanted = preset.expected_metrics
    given = {"rps": wanted.total_rps, "error_ratio": wanted.error_rate}
    asked = {metric: value for metric, value in given.items() if value is not None}
    checks = [
        _check(name, metric, value, level, differs, len(asked)) for metric, value in asked.items()
    ]
    for metric in _TARGET:
        expected = getattr(wanted, metric)
        if expected is not None:
            checks.append(_target(state, name, metric, expected))
    return checks


def _level(state: RunState, preset: Preset) -> tuple[Level, str]:
    """The settled load at the preset's users, or all of it and how it differs."""
    ladder = by_users(levels(state))
    if preset.users is None:
        return settled(state), ""
    for level in ladder:
        if level.users == preset.users:
            return level, ""
    there = list_said(f"{level.users:,}" for level in ladder) or "no plateau"
    return settled(state), f"the preset is for {users_said(preset.users)}, the run had {there}"


def _check(
    preset: str, metric: str, expected: float, level: Level, differs: str, comparisons: int
) -> Check:
    found = compare_metric(metric, Reference(expected), level.total, comparisons=comparisons)
    outcome, reason = found.outcome, found.reason
    if not level.total.figures.count:
        outcome, reason = "inconclusive", "no request was completed"
    elif differs and not (metric == "rps" and (found.now.value or 0.0) >= expected):
        outcome, reason = "inconclusive", differs
    return Check(
        source="preset",
        scope="total",
        metric=metric,
        outcome=outcome,
        value=found.now.value,
        limit=found.limit,
        reason=f"{preset}: {reason.rstrip('.')}" if reason else "",
        low=found.now.low,
        high=found.now.high,
        samples=found.now.samples,
        users=level.users,
        expected=expected,
        delta=found.delta,
    )


def _target(state: RunState, preset: str, metric: str, expected: float) -> Check:
    """The mean of the target's readings: above what is expected it warns."""
    found = [one for one in state.target_facts.values() if one.name == metric and one.count]
    facts = max(found, key=lambda one: one.judged(one.mean), default=None)
    if facts is None:
        reason = f"{preset}: {metric} was not measured"
        return Check("preset", "target", metric, "inconclusive", reason=reason, expected=expected)
    value = facts.judged(facts.mean)
    limit = expected * 1.1
    outcome: Outcome = "warn" if value > limit else "pass"
    reason = f"{preset}: {metric} is {value:.0%}, {expected:.0%} is expected"
    return Check(
        source="preset",
        scope="target",
        metric=metric,
        outcome=outcome,
        value=value,
        limit=limit,
        reason=reason if outcome == "warn" else "",
        samples=facts.count,
        expected=expected,
        delta=value / expected - 1.0 if expected > 0 else None,
    )
