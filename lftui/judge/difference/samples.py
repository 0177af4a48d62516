"""How many responses a comparison takes."""

from __future__ import annotations

from math import ceil, exp, log, log1p, sqrt
from statistics import NormalDist

from lftui.judge.difference.scale import SURE, family_confidence, wandering, z_of
from lftui.judge.measured import PERCENTILES
from lftui.metrics import Histogram, min_samples

POWER = 0.95
USUAL_SPREAD = 0.56
"""Sigma of a lognormal distribution whose p95 is 2.5 times its median."""
MARGIN = 2.0
"""By how much dependence that has to be looked for makes a run longer: by simulation."""
FEWEST = 10
"""No regression is called from fewer responses, however slow they were."""
_MOST = 10**12
_NORMAL = NormalDist()


def samples_for(
    metric: str,
    spread: float = USUAL_SPREAD,
    tolerance: float = 0.10,
    comparisons: int = 1,
    two_runs: bool = False,
    duration_s: float = 120.0,
) -> int | None:
    """The responses with which a shift of twice the tolerance is found in 95 of 100 cases.

    Those of lognormal response times of this `spread` (sigma), independent, spread over
    `duration_s`; in each run where two are compared. None where a run of that length cannot find
    it with any number. The variance of a sample quantile, `q (1 - q) / (n f²)`: David and
    Nagaraja, "Order Statistics", 3rd ed. 2003, section 10.2.

    Raises:
        KeyError: the metric is not a percentile.
    """
    q = PERCENTILES[metric]
    density = _NORMAL.pdf(_NORMAL.inv_cdf(q))
    runs = 2 if two_runs else 1
    error = spread * sqrt(q * (1.0 - q) * runs) / density
    allowed = wanted_error(doubled(tolerance), comparisons, wandering(*[duration_s] * runs))
    if allowed <= 0.0:
        return None
    return max(_at_most(MARGIN * (error / allowed) ** 2), fewest(q, comparisons))


def doubled(tolerance: float) -> float:
    """The shift that a comparison has to be able to see: twice the tolerance, at least 2 %."""
    return max(2.0 * tolerance, 0.02)


def wanted_error(shift: float, comparisons: int, wander: float = 0.0) -> float:
    """The standard error of the logarithm with which a relative `shift` is found, beside what the
    level wanders; 0 or less where there is none.

    It solves: the shift is as far as the alarm's limit and the error times z of `POWER`.
    """
    size = abs(log1p(max(shift, -0.99)))
    alarm, power = z_of(family_confidence(comparisons)), _NORMAL.inv_cdf(POWER)
    more = alarm * alarm - power * power
    rest = size * size - (SURE * wander) ** 2
    return (sqrt(max(0.0, (size * power) ** 2 + more * rest)) - size * power) / more


def fewest(q: float, comparisons: int) -> int:
    """The fewest responses whose order statistics reach to both sides of the quantile."""
    return ceil(MARGIN * min_samples(q, family_confidence(comparisons)))


def spread_of(times: Histogram) -> float:
    """The sigma of the lognormal distribution with these quartiles, within reason."""
    low, high = times.percentiles_us([0.25, 0.75])
    if low is None or high is None or times.count < 8:
        return USUAL_SPREAD
    sigma = log(max(high, 1) / max(low, 1)) / (2.0 * _NORMAL.inv_cdf(0.75))
    return min(2.0, max(0.05, sigma))


def needed(samples: int, error: float, wanted: float) -> int:
    """More than `samples`: with how many the standard error falls to the wanted one."""
    ratio = exp(min(60.0, 2.0 * log(max(error, 1e-12) / max(wanted, 1e-12))))
    return max(samples + 1, rounded(_at_most(samples * ratio)))


def rounded(count: int) -> int:
    """Up to two digits: more would be pretense."""
    unit = int(10 ** max(0, len(str(count)) - 2))
    return -(-count // unit) * unit


def _at_most(count: float) -> int:
    return ceil(min(count, _MOST))
