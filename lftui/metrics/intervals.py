"""Confidence intervals: how far a figure can be trusted.

All are two-sided; `confidence` is the share of cases (0..1) in which the interval holds the
true value. A `design_effect` above 1 widens them for requests that are not independent:
`n` such requests tell as much as `n / design_effect` independent ones (Kish, "Survey
Sampling", 1965).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

from lftui.metrics.buckets import bounds_us
from lftui.metrics.distributions import beta_quantile
from lftui.metrics.histogram import Histogram

_LARGE_VARIANCE = 2500.0
"""Binomial variance from which the normal approximation places ranks as well as the sum."""


def _z(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"the confidence {confidence} is not between 0 and 1")
    return NormalDist().inv_cdf((1.0 + confidence) / 2.0)


def percentile_interval(
    histogram: Histogram, q: float, confidence: float = 0.95, design_effect: float = 1.0
) -> tuple[int, int] | None:
    """The interval of the quantile `q` (between 0 and 1) in µs; None with too few samples.

    Free of any assumption about the distribution: its ends are order statistics (David and
    Nagaraja, "Order Statistics", 3rd ed. 2003, section 7.1). They are widened to the ends of
    their buckets, so that the rounding to buckets cannot make it too narrow.
    """
    low, high = percentile_bounds(histogram, q, confidence, design_effect)
    return None if low is None or high is None else (low, high)


def percentile_bounds(
    histogram: Histogram, q: float, confidence: float = 0.95, design_effect: float = 1.0
) -> tuple[int | None, int | None]:
    """The ends of `percentile_interval`, each by itself: None where the samples do not reach.

    20 responses that all took 30 s bound their p95 from below, and not from above.
    """
    count = histogram.count
    effective = int(count / max(1.0, design_effect))
    side = (1.0 - confidence) / 2.0
    reaches_low = effective > 0 and (1.0 - q) ** effective <= side
    reaches_high = effective > 0 and q**effective <= side
    if not (reaches_low or reaches_high):
        return None, None
    first, last = _interval_ranks(effective, q, confidence)
    # Rank r of n samples estimates the quantile r / (n + 1): the same one among all samples.
    low = max(1, first * (count + 1) // (effective + 1))
    high = min(count, -(-last * (count + 1) // (effective + 1)))
    low_bucket, high_bucket = histogram.rank_buckets([low, high])
    return (
        bounds_us(low_bucket)[0] if reaches_low else None,
        bounds_us(high_bucket)[1] if reaches_high else None,
    )


def min_samples(q: float, confidence: float = 0.95) -> int:
    """The fewest samples from which `percentile_interval` has both ends.

    With n samples the chance that all lie below the quantile is q^n, that all lie above it
    (1-q)^n; each has to be at most (1-confidence)/2 (David and Nagaraja, section 7.1). It is
    368 for p99 at 95 %.

    Raises:
        ValueError: `q` or `confidence` is not between 0 and 1.
    """
    _z(confidence)
    if not 0.0 < q < 1.0:
        raise ValueError(f"the quantile {q} is not between 0 and 1")
    side = (1.0 - confidence) / 2.0
    return max(2, ceil(log(side) / log(max(q, 1.0 - q)) - 1e-9))


@lru_cache(maxsize=4096)
def _interval_ranks(count: int, q: float, confidence: float) -> tuple[int, int]:
    """The ranks between which the quantile lies, of `count` independent samples.

    Conover, "Practical Nonparametric Statistics", 3rd ed. 1999, section 3.2: the binomial
    distribution itself, and for many samples its normal approximation.
    """
    variance = count * q * (1.0 - q)
    if variance > _LARGE_VARIANCE:
        reach = _z(confidence) * sqrt(variance)
        return ceil(count * q - reach), ceil(count * q + reach)
    side = (1.0 - confidence) / 2.0
    middle = count * q
    # 12 standard deviations from the mean the rest of the distribution is below 1e-12.
    margin = int(12.0 * sqrt(variance)) + 40
    first, last = max(0, int(middle) - margin), min(count, int(middle) + margin)
    chance = _binomial(first, count, q)
    below, low, high = 0.0, 1, count
    for k in range(first, last + 1):
        below += chance  # now the chance that at most k samples lie under the quantile
        if below <= side:
            low = k + 1
        if below >= 1.0 - side:
            high = k + 1
            break
        chance *= (count - k) / (k + 1) * q / (1.0 - q)
    return low, min(high, count)


def _binomial(k: int, n: int, p: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(p) + (n - k) * log(1.0 - p))


def ratio_interval(
    k: int, n: int, confidence: float = 0.95, design_effect: float = 1.0
) -> tuple[float, float]:
    """The interval of the share `k / n`, within 0..1; (0, 1) without samples.

    Exact for independent requests: Clopper and Pearson, Biometrika 26 (1934); with a design
    effect as Korn and Graubard, Survey Methodology 24 (1998). The score interval (Wilson, 1927)
    is narrower, but its lower end is too high where few failures are expected.
    """
    _z(confidence)
    if n <= 0:
        return 0.0, 1.0
    effect = max(1.0, design_effect)
    side = (1.0 - confidence) / 2.0
    hits, others = k / effect, (n - k) / effect
    low = 0.0 if k <= 0 else beta_quantile(side, hits, others + 1.0)
    high = 1.0 if k >= n else 1.0 - beta_quantile(side, others, hits + 1.0)
    return low, high


def rate_interval(
    count: int, duration_s: float, confidence: float = 0.95, design_effect: float = 1.0
) -> tuple[float, float]:
    """The interval of `count` events in `duration_s` seconds, in events a second.

    The count is taken as Poisson, its exact limits by Byar's approximation: Breslow and Day,
    "Statistical Methods in Cancer Research", vol. II, 1987, chapter 2. (0, inf) for no time.
    """
    z = _z(confidence)
    if duration_s <= 0:
        return 0.0, inf
    effect = max(1.0, design_effect)
    events = count / effect
    low = 0.0
    if events > 0:
        low = events * max(0.0, 1.0 - 1.0 / (9.0 * events) - z / (3.0 * sqrt(events))) ** 3
    more = events + 1.0
    high = more * (1.0 - 1.0 / (9.0 * more) + z / (3.0 * sqrt(more))) ** 3
    return low * effect / duration_s, high * effect / duration_s
