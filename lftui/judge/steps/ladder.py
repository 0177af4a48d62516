"""The levels of load as a ladder: one rung for each number of users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

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
    """All that was measured at one number of users, whatever classes they were of.

    Attributes:
        user_s: users times seconds, above 0.
    """

    users: int
    total: Measured
    user_s: float

    @property
    def goodput(self) -> int:
        """The successful requests."""
        return self.total.figures.successes


def ladder(levels: Iterable[Level]) -> list[Rung]:
    """The rungs by rising users; levels at the same number of users are put together.

    A level without a known number of users, or without any length, is left out.
    """
    groups: dict[int, list[Level]] = {}
    for level in levels:
        if level.users is not None and level.users > 0 and level.total.duration_s > 0:
            groups.setdefault(level.users, []).append(level)
    return [_rung(users, found) for users, found in sorted(groups.items())]


def _rung(users: int, levels: Sequence[Level]) -> Rung:
    length = sum(level.total.duration_s for level in levels)
    # Where one level does not know it, the users wanted are as good.
    known = all(level.user_s > 0 for level in levels)
    user_s = sum(level.user_s for level in levels) if known else users * length
    if len(levels) == 1:
        return Rung(users, levels[0].total, user_s)
    figures = Figures()
    for level in levels:
        figures.add(level.total.figures)
    batches = joined(level.total.batches for level in levels)
    return Rung(users, Measured(figures, length, batches), user_s)


def users_rps(rungs: Sequence[Rung]) -> float | None:
    """Successful requests a second of one user on all these rungs.

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
