"""Design effects: by how much dependent requests tell less than independent ones.

Requests of the same second share one state of the target, and a slow second is followed by
another. Taking them as independent makes intervals too narrow, so they are judged by batches
(ticks): the method of batch means, Law, "Simulation Modeling and Analysis", 5th ed. 2015,
section 9.5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_FEWEST_BATCHES = 4


def design_effect(batch_values: Sequence[float]) -> float:
    """The factor, at least 1, by which a series' correlation in time widens its variance.

    `(1 + r) / (1 - r)` for the lag-1 autocorrelation `r`, as if the batches were a first-order
    autoregression (Bayley and Hammersley, Supplement to the Journal of the Royal Statistical
    Society 8, 1946). `r` is corrected for its bias in short series by `(1 + 4 r) / n` (Kendall,
    Biometrika 41, 1954). It is at most the number of batches, and 1 for fewer than 4 batches
    or equal ones.
    """
    count = len(batch_values)
    if count < _FEWEST_BATCHES:
        return 1.0
    mean = sum(batch_values) / count
    away = [value - mean for value in batch_values]
    spread = sum(a * a for a in away)
    if spread <= 1e-18 * count * mean * mean or spread == 0.0:
        return 1.0
    r = sum(a * b for a, b in pairwise(away)) / spread
    r += (1.0 + 4.0 * r) / count
    if r <= 0.0:
        return 1.0
    # From r = (n-1)/(n+1) on the factor would be above n.
    return float(count) if r >= (count - 1) / (count + 1) else (1.0 + r) / (1.0 - r)


def share_design_effect(hits: Sequence[int], sizes: Sequence[int]) -> float:
    """The design effect, at least 1, of a share measured in batches, within and between them.

    For a percentile, a batch's `hits` are its requests not above it, and `sizes` all its
    requests; for an error ratio the hits are the failures. The variance of the share between
    the batches (clusters of requests: Cochran, "Sampling Techniques", 3rd ed. 1977, section
    3.12), over the one that independent requests would have, times `design_effect` of the
    batches. It is 1 for fewer than 4 batches with requests.

    Raises:
        ValueError: there are not as many hits as sizes.
    """
    batches = [(h, n) for h, n in zip(hits, sizes, strict=True) if n > 0]
    total = sum(n for _, n in batches)
    share = sum(h for h, _ in batches) / total if total else 0.0
    count = len(batches)
    if count < _FEWEST_BATCHES or not 0.0 < share < 1.0:
        return 1.0
    away = [h - share * n for h, n in batches]
    between = sum(a * a for a in away) * count / (count - 1)
    return max(1.0, between / (total * share * (1.0 - share))) * design_effect(away)
