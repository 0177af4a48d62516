"""The interval of the difference of two figures, from the interval of each.

MOVER, the method of variance estimates recovery: Zou and Donner, Statistics in Medicine 27
(2008); for two shares it is Newcombe's interval, Statistics in Medicine 17 (1998). Figures that
are compared by their ratio are compared by the difference of their logarithms.
"""

from __future__ import annotations

from math import expm1, hypot, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from lftui.judge.measured import Reading

FALSE_ALARM = 0.05
"""The chance of one false alarm among all comparisons of a run."""
CONFIDENCE = 0.95
WANDER = 0.06
"""How far the level of a target at rest with itself wanders (relative standard deviation)."""
WANDER_S = 30.0
"""And for how long it keeps: over a run of `T` seconds it averages out by the root of this / T."""
SURE = 3.0
"""An alarm has to lie this many of those standard errors away, however many are compared."""
_NORMAL = NormalDist()
Z95 = _NORMAL.inv_cdf((1.0 + CONFIDENCE) / 2.0)
_LOWEST = 1e-9

Bounds = tuple[float | None, float | None]


def family_confidence(comparisons: int) -> float:
    """The two-sided confidence at which one end is beyond the truth in a false alarm's share of
    one of so many comparisons (Bonferroni), and at least 95 %."""
    return max(CONFIDENCE, 1.0 - 2.0 * FALSE_ALARM / max(1, comparisons))


def z_of(confidence: float) -> float:
    """How many standard errors a two-sided interval reaches to each side."""
    return _NORMAL.inv_cdf((1.0 + confidence) / 2.0)


def stretched(reading: Reading, confidence: float, by_ratio: bool) -> Reading:
    """A figure whose 95 % interval is all that is known, with one for another confidence."""
    value, low, high = reading.value, reading.low, reading.high
    if value is None or low is None or high is None:
        return reading
    more = z_of(confidence) / Z95
    if by_ratio:
        base = max(value, _LOWEST)
        low = base * (max(low, _LOWEST) / base) ** more
        high = base * (max(high, _LOWEST) / base) ** more
    else:
        low, high = value - (value - low) * more, value + (high - value) * more
    return Reading(value, min(low, value), max(high, value), reading.samples)


def wandering(*durations_s: float) -> float:
    """The standard error that no number of responses takes away: of the levels, over so long."""
    return WANDER * sqrt(sum(min(1.0, WANDER_S / max(length, 1.0)) for length in durations_s))


def ratio_bounds(expected: Reading, now: Reading, floor: float, more: float = 0.0) -> Bounds:
    """The interval of `now / expected - 1`.

    Args:
        floor: the least that can be told from nothing, in the metric's unit.
        more: what the interval reaches to each side whatever the samples say, as a logarithm;
            taken as independent of them.
    """

    def transformed(reading: Reading) -> _Ends:
        return _Ends(
            *(
                None if end is None else log(max(end, floor))
                for end in (reading.low, reading.value, reading.high)
            )
        )

    low, high = _mover(transformed(expected), transformed(now), more)
    return None if low is None else expm1(low), None if high is None else expm1(min(700.0, high))


def share_bounds(expected: Reading, now: Reading, more: float = 0.0) -> Bounds:
    """The interval of `now - expected`; `more` as in `ratio_bounds`, as a share."""
    return _mover(
        _Ends(expected.low, expected.value, expected.high),
        _Ends(now.low, now.value, now.high),
        more,
    )


class _Ends(NamedTuple):
    low: float | None
    value: float | None
    high: float | None


def _mover(expected: _Ends, now: _Ends, more: float = 0.0) -> Bounds:
    if expected.value is None or now.value is None:
        return None, None
    low = high = None
    middle = now.value - expected.value
    if now.low is not None and expected.high is not None:
        low = middle - hypot(now.value - now.low, expected.high - expected.value, more)
    if now.high is not None and expected.low is not None:
        high = middle + hypot(now.high - now.value, expected.value - expected.low, more)
    return low, high
