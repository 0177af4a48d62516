"""The checks of a run that searches for the capacity.

What broke on the way is the search's finding and no failure. One check says what it has come to,
and whether that is as much as there should be; the thresholds that the search does not hold are
judged at the level that it has found.
"""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.measured import Level, step_level
from lftui.judge.outcome import Check, Outcome
from lftui.judge.steps.search import Search
from lftui.judge.steps.searched import held_rules, way_of
from lftui.judge.target import target_check
from lftui.judge.thresholds.limits import check, subjects
from lftui.judge.thresholds.threshold import Threshold
from lftui.run_state import RunState, Step
from lftui.run_state.searched import Found, Trial
from lftui.shapes import Capacity, say_level

_TOO_LITTLE = "the search has found no capacity to judge it at"


def search_checks(state: RunState, search: Capacity, rules: Sequence[Threshold]) -> list[Check]:
    """All of them, that of the capacity first."""
    found = found_of(state, search)
    checks = [_capacity_check(state, search, found)]
    started = state.started
    held = {one.rule for one in held_rules(search, started.thresholds if started else None)}
    level = _level_found(state, found)
    for rule in rules:
        if rule.is_of_target:
            checks.append(target_check(state, rule))
        elif rule.rule not in held:
            checks += _at_level(rule, level)
    return checks


def found_of(state: RunState, search: Capacity) -> Found:
    """What the search has come to; of one that was not over what is known from its trials."""
    if state.search.found is not None:
        return state.search.found
    plan = state.started.plan if state.started is not None else {}
    again = Search(way_of(search, plan))
    for trial in state.search.trials:
        again.take(trial)
    over = state.finished is not None
    again.give_up("the run ended before the search did" if over else "the search is still on")
    assert again.found is not None
    return again.found


def trial_found(state: RunState, found: Found) -> Trial | None:
    """The last trial in which the level that was found held."""
    trials = reversed(state.search.trials)
    return next((t for t in trials if t.level == found.level and t.said == "holds"), None)


def step_of(state: RunState, trial: Trial) -> Step | None:
    """The step in which a trial was measured."""
    for step in state.steps.all():
        ended_s = step.ended_s if step.ended_s is not None else step.last_s
        if step.began_s <= trial.began_s and trial.ended_s <= ended_s + 1.0:
            return step
    return None


def trials_by_step(state: RunState) -> dict[int, Trial]:
    """The trials by the number of their step; of several in one step the last."""
    found = {}
    for trial in state.search.trials:
        step = step_of(state, trial)
        if step is not None:
            found[step.number] = trial
    return found


def _capacity_check(state: RunState, search: Capacity, found: Found) -> Check:
    reason = found.sentence
    if search.at_least is not None:
        reason += f"; there should be {say_level(search.unit, search.at_least)}"
    trial = trial_found(state, found)
    return Check(
        source="capacity",
        scope="total",
        metric=f"capacity_{search.unit}",
        outcome=_outcome(found, search.at_least),
        value=found.level,
        limit=search.at_least,
        reason=reason,
        low=found.level,
        high=found.breaks,
        samples=trial.requests if trial is not None else 0,
    )


def _outcome(found: Found, at_least: float | None) -> Outcome:
    """A capacity is known from below by what held, and from above by what broke beyond noise."""
    if at_least is not None and found.breaks is not None and found.breaks <= at_least:
        return "fail"
    if not found.is_capacity or found.level is None:
        return "inconclusive"
    return "pass" if at_least is None or found.level >= at_least else "inconclusive"


def _level_found(state: RunState, found: Found) -> Level | None:
    trial = trial_found(state, found)
    step = step_of(state, trial) if trial is not None else None
    return step_level(state, step) if step is not None else None


def _at_level(rule: Threshold, level: Level | None) -> list[Check]:
    judged = [] if level is None else subjects(rule, level)
    if level is None or not judged:
        name = rule.name or "total"
        why = _TOO_LITTLE if level is None else f"{name} was not met at the level found"
        return [
            Check(
                "threshold", name, rule.metric, "inconclusive", limit=rule.limit,
                reason=f"{rule.text}: {why}", severity=rule.severity,
            )
        ]  # fmt: skip
    return [check(rule, name, one, level) for name, one in judged]
