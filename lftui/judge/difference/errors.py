"""The comparison of error ratios: by their difference, not by their quotient."""

from __future__ import annotations

from math import ceil, log
from statistics import NormalDist

from lftui.judge.difference import samples, words
from lftui.judge.difference.model import ERROR_SLACK, LEAST, Difference
from lftui.judge.difference.scale import SURE, Z95, share_bounds, z_of
from lftui.judge.measured import Reading
from lftui.judge.outcome import Outcome

REACH = 0.05
"""A pass has to rule out this many failures more in a request (or twice the slack)."""
_NONE_FAILED = ceil(log(0.025) / log(1.0 - REACH))
"""The requests without a failure that do so."""

ERRORS_WANDER = 3.0
"""Errors come and go more than response times: they wander this many times as far."""


def compare_errors(
    expected: Reading,
    now: Reading,
    sure: tuple[Reading, Reading],
    tolerance: float,
    family: float,
    effect: float,
    wander: float,
) -> Difference:
    """The rule of error ratios.

    Args:
        expected, now: with 95 % intervals; both have values.
        sure: the same with the intervals that count for an alarm.
        family: the confidence of those.
        effect: the design effect of `now`.
        wander: the standard error that is there whatever the samples say, relative.
    """
    base, value = expected.value or 0.0, now.value or 0.0
    slack = max(tolerance * base, ERROR_SLACK)
    low, high = share_bounds(expected, now, Z95 * wander * base)
    sure_low, _ = share_bounds(*sure, SURE * wander * base)
    beyond = value > base + slack
    certain = sure_low is not None and sure_low > 0.0 and (sure[1].low or 0.0) > ERROR_SLACK
    ruled_out = high is not None and high < max(2.0 * slack, REACH)
    outcome: Outcome = "inconclusive"
    if beyond and certain and now.samples >= samples.FEWEST:
        outcome = "fail"
    elif ruled_out and not (beyond and low is not None and low > 0.0):
        outcome = "pass"
    count = None
    if outcome == "inconclusive":
        count = _needed(base, value, now.samples, slack, family, effect)
    return Difference(
        "error_ratio",
        outcome,
        expected,
        now,
        value / base - 1.0 if base > LEAST else None,
        None if low is None or base <= LEAST else low / base,
        None if high is None or base <= LEAST else high / base,
        base + slack,
        tolerance,
        count,
        _reason(outcome, base, value, now, base + slack, count),
    )


def _needed(
    base: float, value: float, count: int, slack: float, family: float, effect: float
) -> int:
    floor = max(base, ERROR_SLACK)
    if value > base + slack:
        errors = z_of(family) + NormalDist().inv_cdf(samples.POWER)
        room = max(value - floor, slack / 2.0)
    else:
        errors, room = Z95, max(max(2.0 * slack, REACH) - max(0.0, value - base), slack)
    enough = max(_NONE_FAILED, value * (1.0 - value) * (errors / room) ** 2) * effect
    return max(count + 1, samples.rounded(ceil(enough)))


def _reason(
    outcome: Outcome, base: float, value: float, now: Reading, limit: float, count: int | None
) -> str:
    told = (
        f"error ratio {words.figure('error_ratio', value)}, "
        f"expected {words.figure('error_ratio', base)}"
    )
    tolerated = f"the tolerated {words.figure('error_ratio', limit)}"
    if outcome == "fail":
        return f"{told}: more than {tolerated} and more than noise."
    if outcome == "pass":
        return f"{told}: within {tolerated if value <= limit else 'noise'}."
    return f"{told}: {now.samples:,} requests cannot tell that from noise, about {count:,} would."
