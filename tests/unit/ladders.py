"""Ladders of load with figures drawn from a model, for tests of knee, scalability and trust."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp
from statistics import NormalDist

from lftui.judge.measured import Level, Measured
from lftui.metrics import Batches, Figures, Histogram, bucket_of, pack

_QUANTILES = [NormalDist().inv_cdf((i + 0.5) / 2000) for i in range(2000)]


@lru_cache(maxsize=256)
def _buckets(median_ms: float, sigma: float) -> list[int]:
    return [bucket_of(int(1000 * median_ms * exp(sigma * z))) for z in _QUANTILES]


def measured(
    draw: random.Random,
    rps: float,
    median_ms: float = 50.0,
    sigma: float = 0.5,
    seconds: int = 30,
    failing: float = 0.0,
) -> Measured:
    """So many requests a second (Poisson), lognormal times, cut into batches of a second."""
    figures, batches = Figures(), Batches()
    for second in range(seconds):
        count = poisson(draw, rps)
        failures = sum(draw.random() < failing for _ in range(count)) if failing else 0
        times = Histogram()
        for bucket in draw.choices(_buckets(round(median_ms, 6), sigma), k=count - failures):
            times.buckets[bucket] = times.buckets.get(bucket, 0) + 1
            times.count += 1
        figures.add_interval(
            count=count,
            failures=failures,
            sum_us=0,
            min_us=None,
            max_us=None,
            size=0,
            ok=times.sparse(),
            failed=[],
        )
        batches.add(second, count, failures, pack(times.sparse()))
    return Measured(figures, float(seconds), batches)


def poisson(draw: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(draw.gauss(mean, mean**0.5)))
    left, count = exp(-mean), -1
    product = 1.0
    while product > left:
        product *= draw.random()
        count += 1
    return count


def level(users: int, of: Measured) -> Level:
    return Level(users, of, {}, user_s=users * of.duration_s)


def steady(users: int, rps: float, p95_ms: float = 50.0, seconds: int = 60) -> Level:
    """A level without any noise: the same number of requests each second, all as long."""
    figures, batches = Figures(), Batches()
    for second in range(seconds):
        count = round(rps * (second + 1)) - round(rps * second)
        ok = [bucket_of(int(1000 * p95_ms)), count] if count else []
        figures.add_interval(
            count=count, failures=0, sum_us=0, min_us=None, max_us=None, size=0, ok=ok, failed=[]
        )
        batches.add(second, count, 0, pack(ok))
    return level(users, Measured(figures, float(seconds), batches))


def queue(servers: int, service_s: float, think_s: float) -> Callable[[int], tuple[float, float]]:
    """Requests a second and mean response time in s of so many users of an M/M/c queue.

    The machine repair model: Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing
    Theory", 4th ed. 2008, section 2.8.
    """

    def at(users: int) -> tuple[float, float]:
        chances = [1.0]
        for busy in range(1, users + 1):
            coming, going = (users - busy + 1) / think_s, min(busy, servers) / service_s
            chances.append(chances[-1] * coming / going)
        rps = sum(p * min(n, servers) / service_s for n, p in enumerate(chances)) / sum(chances)
        return rps, users / rps - think_s

    return at


def queue_ladder(
    draw: random.Random,
    users: Sequence[int],
    queue_at: Callable[[int], tuple[float, float]],
    sigma: float,
    seconds: int = 40,
) -> list[Level]:
    """Levels of that queue, with lognormal times of its mean."""
    levels = []
    for n in users:
        rps, mean_s = queue_at(n)
        median_ms = 1000 * mean_s / exp(sigma * sigma / 2)
        levels.append(level(n, measured(draw, rps, median_ms, sigma, seconds)))
    return levels
