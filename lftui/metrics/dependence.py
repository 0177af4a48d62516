"""Design effects: by how much dependent requests tell less than independent ones.

Requests of the same second share one state of the target, and a slow second is followed by
another. Taking them as independent makes intervals too narrow. So the measured time is cut into
batches, and what the batches show is split by how fast it changes:

- The spread between the batches, over the one of independent requests, shows what the requests
  of one batch have in common (clusters: Cochran, "Sampling Techniques", 3rd ed. 1977, 3.12).
- Its slowest `WAVES` cosine waves show what lasts for longer than a batch. Their mean square
  estimates the variance of the whole, and has about Student's t distribution with as many degrees
  of freedom (Müller, Journal of Econometrics 141, 2007; Lazarus, Lewis, Stock and Watson,
  Journal of Business & Economic Statistics 36, 2018, call it EWC and recommend it).

A short run shows only the beginning of a slow wave. What the waves show above chance is
therefore scaled up as if it came from a first-order autoregression of `MEMORY_S`. These constants
were chosen by simulation: `python -m benchmarks --only verdicts`, docs/verdicts.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, exp, pi
from operator import mul
from statistics import NormalDist

from lftui.metrics.distributions import t_quantile

WAVES = 8
MEMORY_S = 12.0
_MOST_SCALED = 10.0


def design_effect(
    away: Sequence[float], independent: float, length_s: float = 1.0, confidence: float = 0.95
) -> float:
    """The factor, at least 1, by which dependence widens the variance of a sum over batches.

    It includes what the few degrees of freedom ask for: an interval that is widened by it and
    built for `confidence` holds the true value that often.

    Args:
        away: how far each batch is from what is expected of it.
        independent: the variance of their sum if the requests were independent.
        length_s: the length of a batch.
    """
    count = len(away)
    if not count or independent <= 0.0:
        return 1.0
    if count == 1:
        return _student(1.0, confidence)
    mean = sum(away) / count
    between = sum((a - mean) ** 2 for a in away) * count / (count - 1) / independent
    waves = _waves(count)
    slow = sum(sum(map(mul, wave, away)) ** 2 for wave in waves)
    slow *= count / len(waves) / independent
    # By chance the mean square of so many is one standard deviation too high.
    above = max(0.0, slow - 1.0 - (2.0 / len(waves)) ** 0.5)
    above *= _scale(count, len(waves), round(length_s, 3))
    effect, degrees = max(1.0, between), count - 1.0
    if 1.0 + above > effect:
        effect = 1.0 + above
        # Satterthwaite, Biometrics Bulletin 2, 1946: only the part from the waves is unsure.
        degrees = min(degrees, len(waves) * (effect / above) ** 2)
    return effect * _student(round(degrees, 1), confidence)


def share_design_effect(
    hits: Sequence[int], sizes: Sequence[int], length_s: float = 1.0, confidence: float = 0.95
) -> float:
    """The design effect of a share measured in batches of `length_s`.

    For a percentile, a batch's `hits` are its requests not above it, and `sizes` all its
    requests; for an error ratio the hits are the failures.

    Raises:
        ValueError: there are not as many hits as sizes.
    """
    total = sum(sizes)
    share = sum(hits) / total if total else 0.0
    away = [h - share * n for h, n in zip(hits, sizes, strict=True)]
    return design_effect(away, total * share * (1.0 - share), length_s, confidence)


def count_design_effect(
    counts: Sequence[int], length_s: float = 1.0, confidence: float = 0.95
) -> float:
    """The design effect of a number of events counted in batches, against Poisson's."""
    total = sum(counts)
    mean = total / len(counts) if counts else 0.0
    return design_effect([count - mean for count in counts], total, length_s, confidence)


@lru_cache(maxsize=256)
def _waves(count: int) -> list[list[float]]:
    """The slowest cosine waves over so many batches, each with a square sum of 1."""
    size = (2.0 / count) ** 0.5
    return [
        [size * cos(pi * wave * (batch + 0.5) / count) for batch in range(count)]
        for wave in range(1, min(WAVES, max(1, count // 2)) + 1)
    ]


@lru_cache(maxsize=1024)
def _scale(count: int, waves: int, length_s: float) -> float:
    """How much more an autoregression of `MEMORY_S` has at frequency 0 than in the waves."""
    r = exp(-length_s / MEMORY_S)
    known = [
        (1.0 - r) ** 2 / (1.0 + r * r - 2.0 * r * cos(pi * wave / count))
        for wave in range(1, waves + 1)
    ]
    return min(_MOST_SCALED, waves / sum(known))


@lru_cache(maxsize=4096)
def _student(degrees: float, confidence: float) -> float:
    share = (1.0 + confidence) / 2.0
    return max(1.0, (t_quantile(share, max(1.0, degrees)) / NormalDist().inv_cdf(share)) ** 2)
