"""Steps judged one by one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.judge.arrivals import missed_said, step_kept
from lftui.judge.health import Health, health_of
from lftui.judge.measured import Measured, step_level
from lftui.judge.outcome import Check, Outcome, worst
from lftui.judge.steps.trust import Trust, trust
from lftui.judge.thresholds.limits import check, subjects
from lftui.judge.thresholds.threshold import Threshold
from lftui.run_state import RunState, Step

_BROKEN: tuple[Outcome, ...] = ("warn", "fail")


class StepVerdict(msgspec.Struct, frozen=True):
    """What can be said of one plateau, from its settled part.

    Attributes:
        users: of an open workload the most there were; its load is `rate`, iterations a second.
        outcome: None where nothing was asked of it (no thresholds).
        reason: the limit that was broken, or why it cannot be told; empty when all is well.
        checks: the thresholds, held against this step alone.
        trust: how far its percentiles can be trusted, by metric.
    """

    number: int
    users: int
    outcome: Outcome | None
    reason: str
    checks: list[Check]
    trust: dict[str, Trust]
    health: Health
    rate: float | None = None


def judge_steps(state: RunState, rules: Sequence[Threshold]) -> list[StepVerdict]:
    """Every step of a run, the one that lasts included."""
    return [judge_step(state, step, rules) for step in state.steps.all()]


def judge_step(state: RunState, step: Step, rules: Sequence[Threshold]) -> StepVerdict:
    """One step: fail and warn by its thresholds; inconclusive where the generator was the
    bottleneck, where nothing has come back yet, where an open workload did not reach its rate,
    where no limit could be judged, or where a figure is beyond its limit without being so beyond
    noise: that is no limit met."""
    level = step_level(state, step)
    checks: list[Check] = []
    doubtful: list[Check] = []
    for rule in rules:
        if rule.scope == "target":
            continue
        for name, measured in subjects(rule, level):
            one = msgspec.structs.replace(
                check(rule, name, measured), users=level.users, rate=level.rate
            )
            checks.append(one)
            if one.outcome == "inconclusive" and rule.broken_by(one.value or 0.0):
                doubtful.append(one)
    health = health_of([step.span.health])
    kept = step_kept(state, step)
    missed = missed_said(kept) if kept is not None else ""
    outcome, reason = _outcome(level.total, checks, doubtful, health, missed)
    return StepVerdict(
        number=step.number,
        users=step.users,
        outcome=outcome,
        reason=reason,
        checks=checks,
        trust=trust(level.total),
        health=health,
        rate=step.rate,
    )


def _outcome(
    total: Measured, checks: list[Check], doubtful: list[Check], health: Health, missed: str
) -> tuple[Outcome | None, str]:
    """The step's outcome; `doubtful` are figures beyond their limit, though not beyond noise,
    `missed` says why the rate of an open workload was not reached."""
    if not total.figures.count:
        return "inconclusive", "no response in its settled part yet"
    broken = [one for one in checks if one.outcome in _BROKEN]
    errors = [one for one in broken if one.metric == "error_ratio"]
    if health.bottleneck and not errors:
        return "inconclusive", f"the generator was the bottleneck: {health.reason}"
    if broken:
        outcome = worst(one.outcome for one in broken)
        return outcome, next(one.reason for one in broken if one.outcome == outcome)
    if missed:
        return "inconclusive", missed
    if not checks:
        return None, ""
    if doubtful:
        return "inconclusive", doubtful[0].reason
    if all(one.outcome == "inconclusive" for one in checks):
        return "inconclusive", checks[0].reason
    return "pass", ""
