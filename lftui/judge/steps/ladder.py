"""The levels of load as a ladder: a rung for each number of users, or rate of an open workload."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lftui.judge.load import Unit
from lftui.judge.measured import Level, Measured, Reading
from lftui.metrics import (
    Figures,
    Histogram,
    bucket_of,
    joined,
    percentile_bounds,
    rate_interval,
)


class Rung(msgspec.Struct, frozen=True):
    """All that was measured at one load, whatever classes the users were of.

    Attributes:
        load: users, or iterations a second, as `unit` says.
        user_s: users times seconds, or the iterations that were due; above 0.
    """

    load: float
    total: Measured
    user_s: float
    unit: Unit = "users"

    @property
    def users(self) -> int:
        """The load of a closed workload."""
        return int(self.load)

    @property
    def goodput(self) -> int:
        """The successful requests."""
        return self.total.figures.successes


def ladder(levels: Iterable[Level]) -> list[Rung]:
    """The rungs by rising load; levels at the same load are put together.

    A level without a known load, or without any length, is left out.
    """
    groups: dict[float, list[Level]] = {}
    for level in levels:
        if level.load is not None and level.load > 0 and level.total.duration_s > 0:
            groups.setdefault(level.load, []).append(level)
    return [_rung(load, found) for load, found in sorted(groups.items())]


def _rung(load: float, levels: Sequence[Level]) -> Rung:
    length = sum(level.total.duration_s for level in levels)
    # Where one level does not know it, the users wanted are as good.
    known = all(level.user_s > 0 for level in levels)
    user_s = sum(level.user_s for level in levels) if known else load * length
    if len(levels) == 1:
        return Rung(load, levels[0].total, user_s, levels[0].unit)
    figures = Figures()
    for level in levels:
        figures.add(level.total.figures)
    batches = joined(level.total.batches for level in levels)
    return Rung(load, Measured(figures, length, batches), user_s, levels[0].unit)


def users_rps(rungs: Sequence[Rung]) -> float | None:
    """Successful requests a second of one user on all these rungs; in an open workload those of one
    iteration that was due.

    Failures do not count: a target that refuses at once would look the faster for it.
    """
    user_s = sum(rung.user_s for rung in rungs)
    return sum(rung.goodput for rung in rungs) / user_s if user_s > 0 else None


def users_rps_interval(rungs: Sequence[Rung], confidence: float = 0.95) -> Reading:
    """`users_rps` with Byar's interval.

    Its design effect is that within the rungs (the variance of a sum is the sum of the
    variances): that 40 users get more than 10 is no noise.
    """
    count = sum(rung.goodput for rung in rungs)
    spread = sum(
        rung.goodput * rung.total.batches.rate_effect(confidence, good=True) for rung in rungs
    )
    effect = spread / count if count else 1.0
    low, high = rate_interval(count, sum(rung.user_s for rung in rungs), confidence, effect)
    return Reading(users_rps(rungs), low, high, count)


def p95_ms(rungs: Sequence[Rung]) -> float | None:
    """The p95 of the successes on all these rungs together; that of failures says nothing."""
    us = _together(rungs).percentile_us(0.95)
    return None if us is None else us / 1000


def p95_interval_ms(rungs: Sequence[Rung], confidence: float = 0.95) -> Reading:
    """`p95_ms` with its interval by order statistics.

    Its design effect is that within the rungs, as for strata (Cochran, "Sampling Techniques", 3rd
    ed. 1977, section 5A): the number of responses within the p95 has the variance
    `sum of n p (1 - p) effect`, each rung with its own share `p`, instead of `n p (1 - p)`.
    """
    together = _together(rungs)
    us = together.percentile_us(0.95)
    if us is None:
        return Reading()
    spread = 0.0
    for rung in rungs:
        ok = rung.total.figures.ok
        share = _share_within(ok, us)
        if 0.0 < share < 1.0:
            effect = rung.total.batches.percentile_effect(us, confidence)
            spread += ok.count * share * (1.0 - share) * effect
    share = _share_within(together, us)
    independent = together.count * share * (1.0 - share)
    effect = max(1.0, spread / independent) if independent > 0 else 1.0
    low, high = percentile_bounds(together, 0.95, confidence, effect)
    return Reading(
        us / 1000,
        None if low is None else min(low, us) / 1000,
        None if high is None else max(high, us) / 1000,
        together.count,
    )


def _together(rungs: Sequence[Rung]) -> Histogram:
    if len(rungs) == 1:
        return rungs[0].total.figures.ok
    together = Histogram()
    for rung in rungs:
        together.add(rung.total.figures.ok)
    return together


def _share_within(histogram: Histogram, us: int) -> float:
    top = bucket_of(us)
    within = sum(n for bucket, n in histogram.buckets.items() if bucket <= top)
    return within / histogram.count if histogram.count else 0.0
