"""How well two series of the same thing agree: a run's own figures, and the target's."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, isfinite, sqrt
from statistics import median

import msgspec

FEWEST = 5
"""Of fewer pairs nothing is said: two points always lie on a line."""
_CLOSE, _FAIRLY = 0.9, 0.7

Pair = tuple[float, float, float]
"""Seconds of the load, the run's value, the target's."""


class Agreement(msgspec.Struct, frozen=True):
    """What pairs of values show.

    Attributes:
        pairs: how many there were.
        correlation: Pearson's, from -1 to 1; None where one of the two never changed, or of too
            few.
        ratio: the median of the target's over the run's value; None where the run's are 0.
        difference: the median of the run's minus the target's, in their unit.
        run, target: the medians of both.
    """

    pairs: int
    correlation: float | None = None
    ratio: float | None = None
    difference: float | None = None
    run: float | None = None
    target: float | None = None

    @property
    def told(self) -> bool:
        """Whether there were enough pairs to say something."""
        return self.pairs >= FEWEST


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Hold two series against each other."""
    if not pairs:
        return Agreement(0)
    ours, theirs = [one for _, one, _ in pairs], [one for _, _, one in pairs]
    ratios = [b / a for a, b in zip(ours, theirs, strict=True) if a]
    enough = len(pairs) >= FEWEST
    return Agreement(
        pairs=len(pairs),
        correlation=correlation(ours, theirs) if enough else None,
        ratio=_finite(median(ratios)) if ratios else None,
        difference=_finite(median(a - b for a, b in zip(ours, theirs, strict=True))),
        run=median(ours),
        target=median(theirs),
    )


def correlation(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Pearson's; None where one of them never changes.

    Each is scaled by its largest value first, so that squares stay in the range of a float.
    """
    one, other = _centered(ours), _centered(theirs)
    spread = sqrt(fsum(a * a for a in one)) * sqrt(fsum(b * b for b in other))
    if not spread:
        return None
    value = fsum(a * b for a, b in zip(one, other, strict=True)) / spread
    return max(-1.0, min(1.0, value)) if isfinite(value) else None


def _centered(values: Sequence[float]) -> list[float]:
    largest = max((abs(value) for value in values), default=0.0)
    if not largest:
        return [0.0] * len(values)
    scaled = [value / largest for value in values]
    mean = fsum(scaled) / len(scaled)
    centered = [value - mean for value in scaled]
    # What rounding leaves of values that are all the same is no change.
    return [0.0] * len(values) if max(map(abs, centered)) < 1e-12 else centered


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def moves_said(found: Agreement) -> str:
    """How the two move, in words."""
    if not found.told:
        return f"{found.pairs} intervals have both: too few, it takes {FEWEST}"
    value = found.correlation
    if value is None:
        return "one of them never changed, so they cannot be seen to move together"
    if value >= _CLOSE:
        return f"they move together (r {value:.2f})"
    if value >= _FAIRLY:
        return f"they mostly move together (r {value:.2f})"
    if value <= -_FAIRLY:
        return f"one falls where the other rises (r {value:.2f})"
    return f"they do not move together (r {value:.2f})"
