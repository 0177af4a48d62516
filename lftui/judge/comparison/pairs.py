"""Pairs of figures, before and now, and the judgement of all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lftui.judge.comparison.compared import MAX, EndpointComparison, MetricComparison
from lftui.judge.difference import Difference, Reference, compare_metric
from lftui.judge.measured import PERCENTILES, Measured, Reading

COMPARED = ("p50_ms", "p95_ms", "p99_ms", "error_ratio", "rps")
"""What two runs are compared by."""


class Pair(msgspec.Struct, frozen=True):
    """An endpoint at one load, before and now.

    Attributes:
        before: by metric.
        tolerances: by metric.
        target_rps: a throughput that is no fact of an equal load: it can only be reached.
        load: who makes the load now, in words, for the sentence about `target_rps`.
        differs: why the two cannot be judged by each other; empty where they can.
    """

    scope: str
    users: int | None
    now: Measured
    before: Mapping[str, Measured | Reference]
    tolerances: Mapping[str, float]
    entry: str = ""
    names: tuple[str, ...] = ()
    max_before: float | None = None
    target_rps: float | None = None
    load: str = ""
    differs: str = ""


def judge_pairs(pairs: Sequence[Pair]) -> tuple[list[EndpointComparison], int]:
    """Compare them all, and how many comparisons that were: each is held to the confidence that
    so many of them together need."""
    count = sum(_judged(pair, metric) for pair in pairs for metric in pair.before)
    return [_endpoint(pair, max(1, count)) for pair in pairs], count


def _judged(pair: Pair, metric: str) -> bool:
    figures = pair.now.figures
    if pair.differs or not figures.count:
        return False
    return bool(figures.successes) or metric not in PERCENTILES


def _endpoint(pair: Pair, comparisons: int) -> EndpointComparison:
    metrics = [_metric(pair, metric, comparisons) for metric in pair.before]
    if pair.target_rps is not None:
        metrics.append(_throughput(pair, pair.target_rps))
    highest = pair.now.figures.max_ms
    if highest is not None:
        metrics.append(_highest(pair.max_before, highest))
    return EndpointComparison(pair.scope, pair.users, metrics, pair.entry, list(pair.names))


def _metric(pair: Pair, metric: str, comparisons: int) -> MetricComparison:
    before, tolerance = pair.before[metric], pair.tolerances[metric]
    found = compare_metric(metric, before, pair.now, tolerance, comparisons)
    if not pair.differs:
        return _of(found)
    return msgspec.structs.replace(
        _of(found), outcome="inconclusive", reason=pair.differs, limit=None, samples_needed=None
    )


def _of(found: Difference) -> MetricComparison:
    return MetricComparison(
        metric=found.metric,
        outcome=found.outcome,
        expected=found.expected,
        now=found.now,
        delta=found.delta,
        delta_low=found.delta_low,
        delta_high=found.delta_high,
        limit=found.limit,
        tolerance=found.tolerance,
        samples_needed=found.samples_needed,
        reason=found.reason,
    )


def _throughput(pair: Pair, target: float) -> MetricComparison:
    """A throughput that was given without its load: passed where it is reached. Below it nothing
    can be said, since what users send depends on their number and their think time."""
    now = pair.now.read("rps")
    expected = Reading(target)
    reached = now.value is not None and now.value >= target
    delta = (now.value or 0.0) / target - 1.0 if target > 0 else None
    if reached:
        return MetricComparison("rps", "pass", expected, now, delta, limit=target)
    reason = (
        f"not compared: {pair.load} send what their think time lets them, and the baseline's "
        "rate is for no load in particular"
    )
    return MetricComparison("rps", None, expected, now, delta, reason=reason)


def _highest(before: float | None, now: float) -> MetricComparison:
    delta = now / before - 1.0 if before else None
    return MetricComparison(
        MAX, None, Reading(before), Reading(now), delta, reason="shown, never judged"
    )
