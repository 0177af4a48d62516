"""The target's own metrics held against limits: over the run, and as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.outcome import Check, Outcome, worst
from lftui.judge.thresholds.threshold import TARGET, Threshold, read_back
from lftui.run_state import RunState, TargetFacts, silent_sources

OWN_SHARE = 100.0
_NAME = 40


def target_rules(state: RunState) -> list[Threshold]:
    """The limits of the run that are about the target's metrics."""
    found = read_back(state.started.thresholds if state.started is not None else None)
    return [rule for rule in found if rule.is_of_target]


def rows_of(state: RunState, rule: Threshold) -> list[TargetFacts]:
    """The metrics that a limit is about: those of its name, of one source or of each."""
    return [
        one
        for one in state.target_facts.values()
        if one.name == rule.metric and rule.name in ("", one.source)
    ]


def target_check(state: RunState, rule: Threshold) -> Check:
    """A limit against the mean of the readings; of several sources the worst one counts."""
    scope = f"target {rule.name}" if rule.name else "target"
    found = [one for one in rows_of(state, rule) if one.count]
    if not found:
        return Check(
            source="threshold",
            scope=scope,
            metric=rule.metric,
            outcome="inconclusive",
            limit=rule.limit,
            reason=f"{rule.metric}: the target's own metrics were not measured",
            severity=rule.severity,
        )
    facts = (max if rule.upper else min)(found, key=lambda one: one.judged(one.mean))
    value = facts.judged(facts.mean)
    broken = rule.broken_by(value)
    outcome: Outcome = "pass" if not broken else "warn" if rule.severity == "warning" else "fail"
    where = f" ({facts.source})" if rule.name or len(rows_of(state, rule)) > 1 else ""
    limit = figure_of(rule.metric, rule.limit, facts.unit)
    return Check(
        source="threshold",
        scope=scope,
        metric=rule.metric,
        outcome=outcome,
        value=value,
        limit=rule.limit,
        reason=f"{rule.metric} of the target{where}, {said(facts, facts.mean)} on average, "
        f"{'broke' if broken else 'keeps'} the {rule.severity} limit {limit}",
        samples=facts.count,
        severity=rule.severity,
        unit=facts.unit,
    )


def outcome_of(facts: TargetFacts, rules: Sequence[Threshold]) -> Outcome | None:
    """The worst that its mean makes of the limits about it; None without any, or any reading."""
    own = _about(facts, rules)
    if not own or not facts.count:
        return "inconclusive" if own else None
    value = facts.judged(facts.mean)
    broken = [rule.severity for rule in own if rule.broken_by(value)]
    return worst("warn" if severity == "warning" else "fail" for severity in broken)


def standing_of(facts: TargetFacts, rules: Sequence[Threshold]) -> str:
    """Its newest reading: `good`, `warning`, `critical`, `unknown` where it had no number; "" where
    nobody set it a limit."""
    if facts.value is None:
        return "unknown"
    own = _about(facts, rules)
    value = facts.judged(facts.value)
    broken = {rule.severity for rule in own if rule.broken_by(value)}
    if "critical" in broken:
        return "critical"
    return "warning" if broken else "good" if own else ""


def limits_of(facts: TargetFacts, rules: Sequence[Threshold]) -> list[Threshold]:
    """The limits that are about this metric."""
    return _about(facts, rules)


def _about(facts: TargetFacts, rules: Sequence[Threshold]) -> list[Threshold]:
    return [rule for rule in rules if rule.metric == facts.name and rule.name in ("", facts.source)]


def silent_said(state: RunState) -> str:
    """`no figures of the target from api (12 s)`; "" while all sources tell some."""
    silent = silent_sources(state.target_facts)
    if not silent:
        return ""
    named = ", ".join(
        f"{name[:_NAME]} ({max(0.0, state.last_s - since):.0f} s)" for name, since in silent.items()
    )
    return f"no figures of the target from {named}"


# --- in words ------------------------------------------------------------------------------------


def said(facts: TargetFacts, value: float | None) -> str:
    """A value of a metric for people, with its unit; `—` where there is none."""
    return value_said(value, facts.unit)


def figure_of(metric: str, judged: float, unit: str) -> str:
    """A limit for people, in the metric's unit."""
    if unit == "%" or (metric in TARGET and not unit):
        return value_said(judged * OWN_SHARE, "%")
    return value_said(judged, unit)


_UNIT = 20
_PREFIXES = (("G", 1e9), ("M", 1e6), ("k", 1e3))


def value_said(value: float | None, unit: str) -> str:
    """`62.5 %`, `142 MB`, `12`, `1,204 /s`: four digits at most, bytes with a prefix."""
    if value is None:
        return "—"
    unit = unit[:_UNIT]
    if unit in ("B", "B/s"):
        for prefix, factor in _PREFIXES:
            if abs(value) >= factor:
                return f"{value / factor:.3g} {prefix}{unit}"
    digits = f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
    if abs(value) >= 1e12:
        digits = f"{value:.3g}"
    return f"{digits} {unit}".rstrip()
