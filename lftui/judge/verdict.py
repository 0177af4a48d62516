"""The verdict of a run: every check, every step, and one outcome with its reasons.

The aggregation, first rule that applies (docs/verdicts.md and docs/cli.md have it for people):

| when | outcome |
|---|---|
| no request was completed | inconclusive |
| the guard ended the run, or an error check failed | fail |
| the generator was the bottleneck, and no search that allows for it has found the capacity | \
inconclusive |
| any other check failed | fail |
| a search for the capacity did not come to an answer | inconclusive |
| the rate of an open workload was not reached | inconclusive |
| any check warns | warn |
| at least one check passed | pass; with a caution about workers warn |
| no check could be answered | inconclusive |

A single inconclusive check never raises the run. Where neither thresholds nor a baseline are
given, Locust's own rule is the check: a failed request or an exception of the locustfile fails.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.judge.arrivals import METRIC as ARRIVALS
from lftui.judge.arrivals import arrival_checks
from lftui.judge.comparison import Comparison, compare_preset, compare_with_baseline
from lftui.judge.diagnosis import Explained, explain, explain_exceptions
from lftui.judge.health import Health, run_health
from lftui.judge.load import Unit
from lftui.judge.measured import Level, levels
from lftui.judge.outcome import Check, Outcome, is_of_target, worst
from lftui.judge.steps.capacity import Capacity, capacity
from lftui.judge.steps.knee import Knee, find_knee
from lftui.judge.steps.scalability import Scalability, fit_scalability
from lftui.judge.steps.search_checks import search_checks
from lftui.judge.steps.searched import search_of, searched_rules
from lftui.judge.steps.step_verdict import StepVerdict, judge_steps
from lftui.judge.thresholds.limits import check_thresholds
from lftui.judge.thresholds.threshold import read_back
from lftui.judge.worker_checks import worker_checks
from lftui.plan import PlanError
from lftui.run_state import RunState

_ERRORS = ("error_ratio", "failures", "exceptions")
_WORDS: dict[Outcome, str] = {
    "pass": "PASS",
    "warn": "WARN",
    "fail": "FAIL",
    "inconclusive": "INCONCLUSIVE",
}


class Verdict(msgspec.Struct, frozen=True):
    """Everything that the judge has to say about a run.

    Attributes:
        outcome: of the whole run.
        sentence: the outcome with its first reason, for people.
        reasons: one sentence each, the gravest first.
        checks: every question that was put to the run.
        comparison: against the baseline; None without one.
        steps: every plateau.
        knee, scalability, capacity: None where the steps do not show it; of a run that searches the
            search says the capacity (`RunState.search`).
        errors: failed requests by meaning, the most frequent first.
        exceptions: what the locustfile raised outside of requests.
        health: of the generator.
    """

    outcome: Outcome
    sentence: str
    reasons: list[str]
    checks: list[Check]
    comparison: Comparison | None
    steps: list[StepVerdict]
    knee: Knee | None
    scalability: Scalability | None
    capacity: Capacity | None
    errors: list[Explained]
    exceptions: list[Explained]
    health: Health


def judge(state: RunState) -> Verdict:
    """Judge a run by what it carries: its thresholds and its baseline. Also a half one."""
    rules = read_back(state.started.thresholds if state.started is not None else None)
    search = search_of(state)
    # What load a search ran under is its answer: there is nothing to compare it with.
    comparison, presets = (None, []) if search is not None else _baseline(state)
    asked = any(rule.asked for rule in rules) or comparison is not None or bool(presets)
    if search is not None:
        checks, asked = search_checks(state, search, rules), True
    else:
        checks = check_thresholds(state, rules)
    checks += comparison.checks() if comparison is not None else []
    checks += presets + guard_checks(state)
    checks += script_checks(state, strict=not asked)
    if search is None:  # a trial whose rate was not reached has said so
        checks += arrival_checks(state)
    checks += worker_checks(state)
    steps = judge_steps(state, rules)
    health = run_health(state)
    outcome, first = aggregate(state, checks, health)
    ladder = levels(state)
    weighed = health if not _is_found(checks) else Health()
    reasons = _reasons(checks, weighed, first)
    return Verdict(
        outcome=outcome,
        sentence=f"{_WORDS[outcome]}: {reasons[0]}" if reasons else _WORDS[outcome],
        reasons=reasons,
        checks=checks,
        comparison=comparison,
        steps=steps,
        knee=find_knee(ladder),
        scalability=fit_scalability(ladder),
        capacity=_capacity(ladder, steps)
        if search is None and any(rule.scope != "target" for rule in rules)
        else None,
        errors=explain(state),
        exceptions=explain_exceptions(state),
        health=health,
    )


def aggregate(state: RunState, checks: Sequence[Check], health: Health) -> tuple[Outcome, str]:
    """One outcome from many (the table of this module), and the reason where no check has it."""
    figures = state.total if state.reset is None else state.reset.total
    failed = [one for one in checks if one.outcome == "fail"]
    if not figures.count and not any(one.metric == "exceptions" for one in failed):
        return "inconclusive", "no request was completed"
    if state.finished is not None and state.finished.reason == "guard":
        return "fail", state.finished.message or "the guard ended the run"
    if any(one.metric in _ERRORS for one in failed):
        return "fail", ""
    if health.bottleneck and not _is_found(checks):
        return "inconclusive", f"the generator was the bottleneck: {health.reason}"
    if failed:
        return "fail", ""
    searched = _searched(checks)
    if searched is not None and searched.outcome == "inconclusive":
        return "inconclusive", searched.reason
    missed = [one for one in checks if one.metric == ARRIVALS and one.outcome == "inconclusive"]
    if missed:
        return "inconclusive", missed[0].reason
    if any(one.outcome == "warn" for one in checks if one.source != "generator"):
        return "warn", ""
    if _passed(checks):
        cautions = any(one.outcome == "warn" for one in checks)
        return ("warn" if cautions else "pass"), searched.reason if searched is not None else ""
    return "inconclusive", "no check had enough responses"


def _searched(checks: Sequence[Check]) -> Check | None:
    """What a search for the capacity has come to; None of a run without one."""
    return next((one for one in checks if one.source == "capacity"), None)


def _is_found(checks: Sequence[Check]) -> bool:
    """Whether a search has answered: each of its trials was judged with the generator's health."""
    searched = _searched(checks)
    return searched is not None and searched.outcome != "inconclusive"


def _passed(checks: Sequence[Check]) -> bool:
    """Whether something was kept. The target's own metrics alone say nothing of its responses: they
    count where nobody asked for anything else."""
    about = [one for one in checks if one.source != "generator"]
    about_load = [one for one in about if not is_of_target(one)]
    return any(one.outcome == "pass" for one in about_load or about)


def _capacity(ladder: Sequence[Level], steps: Sequence[StepVerdict]) -> Capacity | None:
    outcomes: dict[float, Outcome] = {}
    reasons: dict[float, str] = {}
    unit: Unit = "users"
    for step in steps:
        load, unit = (step.users, "users") if step.rate is None else (step.rate, "rate")
        if step.outcome is not None:
            outcomes[load] = worst([step.outcome, outcomes.get(load, "pass")])
            if step.outcome == outcomes[load]:
                reasons[load] = step.reason
    return capacity(ladder, outcomes, reasons, unit=unit)


def _baseline(state: RunState) -> tuple[Comparison | None, list[Check]]:
    if not state.baseline or not state.baseline.get("endpoints"):
        return None, []
    try:
        # Most runs have none, and their start does not wait for its reader.
        from lftui.baseline.document import document_of

        document = document_of(state.baseline, state.baseline_path or "the baseline")
    except PlanError as error:  # a journal from elsewhere: a run is refused with such a file
        return None, [Check("baseline", "total", "", "inconclusive", reason=str(error))]
    preset = state.started.plan.get("preset") if state.started is not None else None
    checks = compare_preset(state, document, str(preset)) if preset else []
    return compare_with_baseline(state, document), checks


def guard_checks(state: RunState) -> list[Check]:
    """A limit that broke for a while, and a target that stalled, are worth a warning, whatever
    the whole run says."""
    checks = []
    # To break them is what a search is there for.
    seen: set[str] = set(searched_rules(state))
    for mark in state.marks:
        rule = str(mark.facts.get("rule", "stalled" if mark.type == "stalled" else ""))
        if mark.type not in ("breach", "stalled") or mark.facts.get("mended") or rule in seen:
            continue
        seen.add(rule)
        checks.append(
            Check(
                source="guard",
                scope=str(mark.facts.get("scope", "total")),
                metric=str(mark.facts.get("metric", rule)),
                outcome="warn",
                value=mark.facts.get("value"),
                limit=mark.facts.get("limit"),
                reason=mark.text or f"{rule} broke for a while",
                samples=int(mark.facts.get("samples", 0)),
            )
        )
    return checks


def script_checks(state: RunState, strict: bool) -> list[Check]:
    """Locust's own rule where nothing else was asked; else the locustfile's exceptions alone,
    as a warning: what its figures lack nobody sees."""
    figures = state.total if state.reset is None else state.reset.total
    # An exception is announced before it is counted, and a run may be cut off in between.
    raised = sum(max(group.count, 1) for group in state.exceptions.values())
    checks = []
    if strict and (figures.count or not raised):
        failures = figures.failures
        outcome: Outcome = "fail" if failures else "pass" if figures.count else "inconclusive"
        reason = f"{failures:,} of {figures.count:,} requests failed"
        checks.append(_locust("failures", failures, outcome, reason if failures else ""))
    if raised or strict:
        outcome = ("fail" if strict else "warn") if raised else "pass"
        reason = f"the locustfile raised {raised:,} times outside its requests"
        checks.append(_locust("exceptions", raised, outcome, reason if raised else ""))
    return checks


def _locust(metric: str, value: int, outcome: Outcome, reason: str) -> Check:
    return Check("locust", "total", metric, outcome, float(value), 0.0, reason)


def _reasons(checks: Sequence[Check], health: Health, first: str) -> list[str]:
    """What led to the outcome: its own reason, then what failed, warned, could not be told."""
    found = [(first, True)] if first else []
    told: set[tuple[str, str, str]] = set()
    for outcome in ("fail", "warn"):
        for one in checks:
            about = (one.source, one.scope, one.metric)
            # Of a threshold with two levels the critical one says it all.
            if one.outcome == outcome and one.reason and about not in told:
                found.append((one.reason, one.source == "guard"))
                told.add(about)
    found += [
        (one.reason, False)
        for one in checks
        if one.metric == ARRIVALS and one.outcome == "inconclusive"
    ]
    if health.bottleneck and not any("bottleneck" in reason for reason, _ in found):
        found.append((f"the generator was the bottleneck: {health.reason}", False))
    return _said_once(found)


def _said_once(found: Sequence[tuple[str, bool]]) -> list[str]:
    """Each reason once; and not one that the guard's own words hold already, as they do hold that
    of the limit that it acted on. With each is whether it may hold others."""
    kept: dict[str, None] = {}
    holding: list[str] = []
    for reason, holds in found:
        if reason in kept or any(reason in one for one in holding):
            continue
        kept[reason] = None
        if holds:
            holding.append(reason)
    return list(kept)
