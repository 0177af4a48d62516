"""Medians, percentiles, ratios and how sure they are: pure arithmetic."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil
from statistics import median

_DRAWS = 2_000


def percentile(ordered: Sequence[float], q: float) -> float:
    """The nearest-rank percentile `q` (above 0, at most 1) of sorted samples.

    Raises:
        ValueError: there are no samples.
    """
    if not ordered:
        raise ValueError("no samples, no percentile")
    return ordered[min(len(ordered), max(1, ceil(q * len(ordered) - 1e-9))) - 1]


def median_interval(ratios: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """The 95 % bootstrap interval of the median."""
    return _interval(lambda source: source.choices(ratios, k=len(ratios)), seed)


def floor_interval(ratios: Sequence[float], pairs: int, seed: int = 1) -> tuple[float, float]:
    """Where the median of `pairs` ratios of something against itself falls, in 95 of 100 cases.

    A thing against itself has no direction, so each drawn ratio is turned over by the toss of a
    coin: the interval lies around 1 whatever drift the runs had.
    """
    both = [*ratios, *(1 / ratio for ratio in ratios)]
    return _interval(lambda source: source.choices(both, k=pairs), seed)


def _interval(draw: Callable[[random.Random], list[float]], seed: int) -> tuple[float, float]:
    source = random.Random(seed)
    medians = sorted(median(draw(source)) for _ in range(_DRAWS))
    return percentile(medians, 0.025), percentile(medians, 0.975)


def abba(pairs: int) -> list[str]:
    """The order of `pairs` pairs: A B, B A, A B, … so that a drift of the machine cancels."""
    return [letter for pair in range(pairs) for letter in ("AB" if pair % 2 == 0 else "BA")]


def paired(order: Sequence[str], values: Sequence[float]) -> list[float]:
    """The ratio B / A of each pair in an `abba` order."""
    ratios = []
    for first in range(0, len(order), 2):
        pair = dict(zip(order[first : first + 2], values[first : first + 2], strict=True))
        ratios.append(pair["B"] / pair["A"])
    return ratios


def against_itself(order: Sequence[str], values: Sequence[float]) -> list[float]:
    """The ratio of each run of A to the run of A before it."""
    own = [value for letter, value in zip(order, values, strict=True) if letter == "A"]
    return [later / earlier for earlier, later in pairwise(own)]
