"""The comparison of one figure: its rule, metric by metric."""

from __future__ import annotations

from math import isfinite, log1p

import msgspec

from lftui.judge.difference import samples, words
from lftui.judge.difference.errors import ERRORS_WANDER, compare_errors
from lftui.judge.difference.model import (
    DEFAULT_TOLERANCE,
    LEAST,
    METRICS,
    MOST,
    RATES,
    Difference,
    Reference,
)
from lftui.judge.difference.scale import (
    CONFIDENCE,
    SURE,
    Z95,
    Bounds,
    family_confidence,
    ratio_bounds,
    stretched,
    wandering,
)
from lftui.judge.measured import PERCENTILES, Measured, Reading
from lftui.judge.outcome import Outcome

_FLOOR_MS = 0.0005
_FLOOR_RATE = 1e-6
_LONG_S = 3600.0


def compare_metric(
    metric: str,
    before: Measured | Reference,
    now: Measured,
    tolerance: float = DEFAULT_TOLERANCE,
    comparisons: int = 1,
) -> Difference:
    """Whether a figure is worse than expected by more than the tolerance, and than noise.

    *fail*: it is beyond the tolerance, and the end of the difference's interval is on the worse
    side of no difference; the interval is the one with which at most one run in 20 sees a false
    alarm in any of its `comparisons`. *pass*: it is within the tolerance, and the 95 % interval
    rules out twice the tolerance. *inconclusive*: all else.

    Args:
        metric: one of `METRICS`.
        before: a baseline's figure, or the figures of another run.
        tolerance: relative, 0.1 = 10 %.
        comparisons: how many are made in the whole run.

    Raises:
        KeyError: there is no such metric.
    """
    if metric not in METRICS:
        raise KeyError(metric)
    tolerance = min(max(0.0, tolerance), MOST) if isfinite(tolerance) else DEFAULT_TOLERANCE
    family = family_confidence(comparisons)
    expected, reading = _expected(metric, before, CONFIDENCE), now.read(metric)
    why_not = _why_not(metric, before, now, expected, reading)
    if why_not:
        return Difference(
            metric, "inconclusive", expected, reading, tolerance=tolerance, reason=why_not
        )
    sure = _expected(metric, before, family), now.read(metric, family)
    wander = wandering(*_lengths(before, now))
    if metric == "error_ratio":
        effect = now.batches.error_effect()
        return compare_errors(
            expected, reading, sure, tolerance, family, effect, ERRORS_WANDER * wander
        )
    floor = _FLOOR_MS if metric in PERCENTILES else _FLOOR_RATE
    seen = ratio_bounds(expected, reading, floor, Z95 * wander)
    alarm = ratio_bounds(*sure, floor, SURE * wander)
    found = _compared(metric, (expected, reading), seen, alarm, tolerance)
    if found.outcome != "inconclusive":
        return found
    count = _needed(metric, before, now, found, comparisons)
    return _with_samples(found, count, isinstance(before, Measured))


def _lengths(before: Measured | Reference, now: Measured) -> list[float]:
    """The seconds behind each side; an exact figure needs none, and a baseline's with an interval
    is taken as measured for as long as this one."""
    if isinstance(before, Measured):
        return [before.duration_s, now.duration_s]
    return [now.duration_s] * (1 if before.low is None and before.high is None else 2)


def _expected(metric: str, before: Measured | Reference, confidence: float) -> Reading:
    if isinstance(before, Measured):
        return before.read(metric, confidence)
    reading = before.reading()
    return stretched(reading, confidence, by_ratio=metric != "error_ratio")


def _why_not(
    metric: str, before: Measured | Reference, now: Measured, expected: Reading, reading: Reading
) -> str:
    """Why nothing can be compared; empty where it can."""
    called = words.name(metric)
    if not now.figures.count or reading.value is None:
        return f"No request was measured, so there is no {called} to compare."
    if metric in PERCENTILES and not now.figures.successes:
        return f"Every response failed, so there is no {called} to compare: look at the errors."
    if isinstance(before, Measured):
        if not before.figures.count or expected.value is None:
            return f"The run compared with has no {called}: it measured no request."
        if metric in PERCENTILES and not before.figures.successes:
            return f"In the run compared with every response failed, so it has no {called}."
    most = 1.0 if metric == "error_ratio" else MOST
    if expected.value is None or not 0.0 <= expected.value <= most:
        return f"The expected {called} is not a number to compare with."
    if expected.value < LEAST and metric != "error_ratio":
        return f"The expected {called} is 0, so there is nothing to compare with."
    return ""


def _compared(
    metric: str, pair: tuple[Reading, Reading], seen: Bounds, sure: Bounds, tolerance: float
) -> Difference:
    """The rule of percentiles and rates. `seen` is the difference's 95 % interval, `sure` the
    wider one that counts for an alarm."""
    base, value = pair[0].value or 0.0, pair[1].value or 0.0
    delta, reach = value / base - 1.0, samples.doubled(tolerance)
    # 0 ms has no logarithm: the interval is of the least that can be measured.
    seen = (
        None if seen[0] is None else min(seen[0], delta),
        None if seen[1] is None else max(seen[1], delta),
    )
    if metric in RATES:
        limit = base * (1.0 - tolerance)
        beyond, certain = value < limit, sure[1] is not None and sure[1] < 0.0
        ruled_out = seen[0] is not None and seen[0] > -reach
    else:
        limit = base * (1.0 + tolerance)
        beyond, certain = value > limit, sure[0] is not None and sure[0] > 0.0
        ruled_out = seen[1] is not None and seen[1] < reach
    outcome: Outcome = "inconclusive"
    if metric in PERCENTILES and pair[1].samples < samples.FEWEST:
        certain = False
    if beyond and certain:
        outcome = "fail"
    elif ruled_out and not beyond:
        outcome = "pass"
    reason = words.compared(metric, outcome, base, delta, seen, tolerance, reach, beyond)
    return Difference(
        metric, outcome, *pair, delta, *seen, limit, tolerance=tolerance, reason=reason
    )


def _needed(
    metric: str, before: Measured | Reference, now: Measured, found: Difference, comparisons: int
) -> int:
    """About how many responses would have told."""
    count, shift = found.now.samples, samples.doubled(found.tolerance)
    if found.delta_low is None or found.delta_high is None:
        spread = samples.spread_of(now.figures.response_times)
        two_runs = isinstance(before, Measured)
        # A longer run has more of both, responses and time.
        least = samples.samples_for(metric, spread, found.tolerance, comparisons, two_runs, _LONG_S)
        return max(count + 1, samples.rounded(least or 0))
    wanted = samples.wanted_error(-shift if metric in RATES else shift, comparisons)
    low, high = max(found.delta_low, -1.0 + 1e-9), max(found.delta_high, -1.0 + 1e-9)
    error = (log1p(high) - log1p(low)) / (2.0 * Z95)
    return samples.needed(count, error, wanted)


def _with_samples(found: Difference, count: int, two_runs: bool) -> Difference:
    sentence = (
        f"{found.reason.removesuffix('.')}: {found.now.samples:,} responses are too few, "
        f"about {count:,}{' in each run' if two_runs else ''} would tell."
    )
    return msgspec.structs.replace(found, samples_needed=count, reason=sentence)
