"""Quantiles of the beta and of Student's t distribution, to about 9 digits."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300


def beta_share(x: float, a: float, b: float) -> float:
    """The share of the beta distribution (`a`, `b`) below `x`: the regularized incomplete beta
    function, by its continued fraction (Press et al., "Numerical Recipes", 3rd ed. 2007,
    section 6.4)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, 500):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 / _away_from_zero(1.0 + step * d)
            c = _away_from_zero(1.0 + step / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-12:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=4096)
def beta_quantile(share: float, a: float, b: float) -> float:
    """Where `beta_share` reaches `share`. It is halved for, in the logarithm near 0."""
    low, high = _TINY, 1.0
    for _ in range(1100):
        # A factor of 4 apart the geometric mean is the quicker way down, then the plain one.
        middle = sqrt(low * high) if high > 4.0 * low else (low + high) / 2.0
        if beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
        if high - low <= 1e-11 * high:
            break
    return (low + high) / 2.0


@lru_cache(maxsize=4096)
def t_quantile(share: float, degrees: float) -> float:
    """Student's t with `degrees` of freedom, which need not be whole, for a `share` above 0.5.

    Through the beta distribution: Abramowitz and Stegun, "Handbook of Mathematical Functions",
    1964, 26.7.1.
    """
    x = beta_quantile(2.0 * (1.0 - share), degrees / 2.0, 0.5)
    return sqrt(degrees * (1.0 - x) / x) if x > 0.0 else inf
