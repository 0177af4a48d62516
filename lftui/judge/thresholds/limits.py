"""Figures held against thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.arrivals import METRIC as ARRIVALS
from lftui.judge.load import at_load
from lftui.judge.measured import Level, Measured, Reading, levels, quantile_of, settled
from lftui.judge.outcome import Check, Outcome, is_of_target
from lftui.judge.target import figure_of, target_check
from lftui.judge.thresholds.threshold import ADJUSTED_TIMES, RATIOS, TARGET, TIMES, Threshold
from lftui.metrics import min_samples
from lftui.run_state import RunState


def subjects(threshold: Threshold, level: Level) -> list[tuple[str, Measured]]:
    """What a threshold is about, in a span of the run: each subject by its name for people.

    Empty where it never met its endpoint, pattern or class, and for a target's metric.
    """
    if threshold.scope == "total":
        return [("total", level.total)]
    if threshold.scope == "class":
        found = level.classes.get(threshold.name)
        return [(f"class {threshold.name}", found)] if found is not None else []
    return [
        (f"{method} {name}".strip(), measured)
        for (method, name), measured in level.endpoints.items()
        if threshold.matches(method, name)
    ]


def check_thresholds(state: RunState, rules: Sequence[Threshold]) -> list[Check]:
    """The final checks: of the settled part of each step, or of the whole run without steps.

    A limit is broken where a value and its whole interval are beyond it, in any step or in all of
    them together; it is kept where value and interval are within it. Where the interval holds the
    limit itself the check is inconclusive: that much is noise.
    """
    all_settled, steps = settled(state), levels(state)
    checks: list[Check] = []
    for rule in rules:
        if rule.is_of_target:
            checks.append(target_check(state, rule))
            continue
        found = subjects(rule, all_settled)
        if not found:
            checks.append(_never_met(rule))
        by_step = [(level, dict(subjects(rule, level))) for level in steps]
        for name, measured in found:
            there = [(level, one[name]) for level, one in by_step if name in one]
            checks.append(_worst_step(rule, name, measured, there))
    return checks


def _worst_step(
    rule: Threshold, name: str, measured: Measured, steps: Sequence[tuple[Level, Measured]]
) -> Check:
    """The check of all the settled load, or of the step in which the limit was broken most."""
    whole = check(rule, name, measured)
    if len(steps) < 2:
        return whole
    checks = [check(rule, name, one, level) for level, one in steps]
    broken = [one for one in checks if one.outcome in ("warn", "fail")]
    if not broken:
        return whole
    return max(broken, key=lambda one: (one.value or 0.0) * (1 if rule.upper else -1))


def check(rule: Threshold, name: str, measured: Measured, level: Level | None = None) -> Check:
    """One limit against one subject; `level` is the load to name with it."""
    reading = measured.read(rule.metric)
    outcome = outcome_of(rule, reading, measured)
    at = at_load(level.users, level.rate) if level is not None else ""
    return Check(
        source="threshold",
        scope=name,
        metric=rule.metric,
        outcome=outcome,
        value=reading.value,
        limit=rule.limit,
        reason=_sentence(rule, name, reading, outcome, measured, at),
        low=reading.low,
        high=reading.high,
        samples=reading.samples,
        severity=rule.severity,
        users=level.users if level is not None else None,
        rate=level.rate if level is not None else None,
    )


def outcome_of(rule: Threshold, reading: Reading, measured: Measured) -> Outcome:
    """Whether a limit is kept, broken, or neither can be said."""
    if reading.value is None or not reading.samples:
        return "inconclusive"
    worse, better = (reading.low, reading.high) if rule.upper else (reading.high, reading.low)
    # Of failures alone a response time says nothing good, and something bad only.
    only_failures = rule.metric in TIMES and not measured.figures.ok.count
    if rule.broken_by(reading.value):
        if worse is not None and rule.broken_by(worse):
            return "warn" if rule.severity == "warning" else "fail"
        return "inconclusive"
    kept = better is not None and not rule.broken_by(better)
    return "pass" if kept and not only_failures else "inconclusive"


def _never_met(rule: Threshold) -> Check:
    what = {"class": "no user of the class", "pattern": "no endpoint that is like"}
    about = what.get(rule.scope, "no request to the endpoint")
    return Check(
        source="threshold",
        scope=rule.name,
        metric=rule.metric,
        outcome="inconclusive",
        limit=rule.limit,
        reason=f"the threshold {rule.text} met {about} {rule.name}",
        severity=rule.severity,
    )


# --- in words ------------------------------------------------------------------------------------


_SHARE_SHOWN = 1e-5
_NO_ADJUSTED = "there are adjusted response times of open workloads and paced users only"


def figure(metric: str, value: float | None) -> str:
    """A value with its unit, for people."""
    if value is None:
        return "?"
    if metric.endswith("_ms"):
        if value >= 999.5:
            return f"{value / 1000:.3g} s" if value < 99_950 else f"{value / 1000:.0f} s"
        return f"{value:.3g} ms"
    if metric in (*RATIOS, *TARGET, ARRIVALS):
        # The lower end of an interval can be 4e-11 %, which is nothing to anybody.
        return f"{100 * value:.3g} %" if value >= _SHARE_SHOWN else "0 %"
    return f"{value:.4g} rps" if metric.endswith("rps") else f"{value:.4g}"


def rule_figure(rule: Threshold, value: float | None) -> str:
    """A value of what a threshold is about, with its unit, for people."""
    if rule.is_of_target and value is not None:
        return figure_of(rule.metric, value, rule.unit)
    return figure(rule.metric, value)


def check_figure(check: Check, value: float | None) -> str:
    """A value of a check with its unit, for people."""
    if is_of_target(check) and value is not None:
        return figure_of(check.metric, value, check.unit)
    return figure(check.metric, value)


def metric_name(metric: str) -> str:
    """A metric's name for people: `p95`, `adjusted p95`, `errors`, `throughput`."""
    names = {"error_ratio": "errors", "rps": "throughput", "goodput_rps": "goodput"}
    names[ARRIVALS] = "arrivals in time"
    if metric in ADJUSTED_TIMES:
        return f"adjusted {metric.removesuffix('_adjusted_ms')}"
    return names.get(metric, metric.removesuffix("_ms"))


def _sentence(
    rule: Threshold,
    name: str,
    reading: Reading,
    outcome: Outcome,
    measured: Measured,
    at: str,
) -> str:
    about = "" if name == "total" else f" of {name}"
    what = f"{metric_name(rule.metric)}{about}{at}"
    limit = figure(rule.metric, rule.limit)
    if reading.value is None:
        there = measured.figures.successes and rule.metric in ADJUSTED_TIMES
        return f"{what}: {_NO_ADJUSTED if there else 'nothing was measured'}"
    value = figure(rule.metric, reading.value)
    if outcome == "pass":
        return f"{what} {value} keeps the {rule.severity} limit {limit}"
    if outcome != "inconclusive":
        return f"{what} {value} broke the {rule.severity} limit {limit}"
    if rule.metric in TIMES and not measured.figures.ok.count:
        return f"{what}: every response failed, so there is no response time to judge"
    q = quantile_of(rule.metric)
    least = min_samples(q) if q is not None else 0
    if reading.samples < least:
        return f"{what} {value}: {_responses(reading.samples)} too few, it takes {least}"
    low, high = figure(rule.metric, reading.low), figure(rule.metric, reading.high)
    if (reading.low is None or reading.high is None) and rule.metric in ADJUSTED_TIMES:
        return f"{what} {value} ({low} to {high}): it is made of too few moments to rule out chance"
    if reading.low is None or reading.high is None:
        return f"{what} {value} ({low} to {high}): {_responses(reading.samples)} too few for it"
    return f"{what} {value} ({low} to {high}) is too close to the {rule.severity} limit {limit}"


def _responses(count: int) -> str:
    return "1 response is" if count == 1 else f"{count:,} responses are"
