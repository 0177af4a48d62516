"""Runs that never were, for which the true figures are known: simulated seconds through the fold.

Response times are lognormal. A run's level (how slow everything is in a second) may wander as a
first-order autoregression, or drift from one end of the run to the other. The seconds become
ticks and go through `Span.add_all`, so that figures and batches are those of a real step.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt
from statistics import NormalDist

from lftui.judge.measured import Measured
from lftui.metrics import bucket_of, value_us
from lftui.records import EndpointTick, Tick
from lftui.run_state import Span
from lftui.run_state.parts import Counted

MEDIAN_US = 120_000.0
_POOL = 4_000
_STEP = 0.01
_YIELDING = 0.5
"""Users wait for answers: where responses take 10 % longer, 5 % fewer requests are sent."""
_NORMAL = NormalDist()


@dataclass(frozen=True)
class World:
    """How the target behaves when nothing is wrong with it.

    Attributes:
        sigma: of the response times within a second (lognormal).
        wander: standard deviation of the level's logarithm from second to second.
        memory_s: the correlation time of that.
        drift: how far the level goes from one end of the run to the other, up or down.
        errors: the share of requests that fail; slow seconds have more.
    """

    name: str
    sigma: float = 0.56
    wander: float = 0.0
    memory_s: float = 1.0
    drift: float = 0.0
    errors: float = 0.01

    def levels(self, seconds: int, source: random.Random) -> list[float]:
        """The level of each second of a run."""
        r, value = exp(-1.0 / self.memory_s), source.gauss(0.0, self.wander)
        end = source.choice((-0.5, 0.5)) * self.drift
        found = []
        for second in range(seconds):
            found.append(value + end * (2.0 * (second + 0.5) / seconds - 1.0))
            value = r * value + sqrt(1.0 - r * r) * source.gauss(0.0, self.wander)
        return found

    def true_ms(self, q: float) -> float:
        """The percentile of all responses of endless such runs."""
        weights = self._weights()
        low, high = -8.0, 8.0
        for _ in range(60):
            middle = (low + high) / 2.0
            share = sum(
                w * _NORMAL.cdf((middle - level) / self.sigma) for level, w in weights.items()
            )
            low, high = (middle, high) if share < q else (low, middle)
        return MEDIAN_US * exp(low) / 1000.0

    def true_rate(self, per_second: float) -> float:
        """The requests a second of endless such runs."""
        return per_second * sum(
            w * exp(-_YIELDING * level) for level, w in self._levels_seen().items()
        )

    def true_errors(self) -> float:
        """The error ratio of endless such runs."""
        return self.errors * sum(w * _worse(level) for level, w in self._weights().items())

    def _weights(self) -> dict[float, float]:
        """The share of the requests that are sent at each level."""
        seen = {level: w * exp(-_YIELDING * level) for level, w in self._levels_seen().items()}
        total = sum(seen.values())
        return {level: w / total for level, w in seen.items()}

    @lru_cache(maxsize=64)  # noqa: B019
    def _levels_seen(self) -> dict[float, float]:
        quantiles = [_NORMAL.inv_cdf((k + 0.5) / 60) for k in range(60)]
        places = [(k + 0.5) / 20 - 0.5 for k in range(20)]
        found: Counter[float] = Counter()
        for z in quantiles if self.wander else [0.0]:
            for place in places if self.drift else [0.0]:
                found[z * self.wander + place * self.drift] += 1
        return {level: n / found.total() for level, n in found.items()}


def run(
    world: World,
    per_second: Sequence[float],
    seconds: int,
    source: random.Random,
    slower: float = 1.0,
    more_errors: float = 0.0,
) -> list[Measured]:
    """The figures of each endpoint after so many seconds.

    Args:
        per_second: the requests a second of each endpoint; each has a level of its own, which
            is harder to judge than one for all.
        slower: the factor on all response times.
        more_errors: added to the share of requests that fail.
    """
    levels = [world.levels(seconds, source) for _ in per_second]
    span, rows = Span(began_s=0.0), list(range(len(per_second)))
    owners = [""] * len(rows)
    shift = log(slower)
    for second in range(seconds):
        ticked = []
        for row, rate in enumerate(per_second):
            level = levels[row][second]
            count = _poisson(rate * exp(-_YIELDING * level), source)
            failures = min(
                count, _poisson(count * (world.errors * _worse(level) + more_errors), source)
            )
            ticked.append(_ticked(row, count, failures, world.sigma, level, shift, source))
        tick = Tick(start=float(second), end=second + 1.0, endpoints=ticked)
        span.add_all(Counted.of(tick, rows, owners))
    return [Measured(span.rows[row], span.covered_s, span.batches[row]) for row in rows]


def _ticked(
    row: int,
    count: int,
    failures: int,
    sigma: float,
    level: float,
    shift: float,
    source: random.Random,
) -> EndpointTick:
    pool = _pool(sigma, round(level / _STEP), shift)
    drawn = sorted(Counter(source.choices(pool, k=count - failures)).items())
    return EndpointTick(
        id=row,
        count=count,
        failures=failures,
        min_us=value_us(drawn[0][0]) if drawn else None,
        max_us=value_us(drawn[-1][0]) if drawn else 0,
        ok=[number for pair in drawn for number in pair],
        failed=[bucket_of(5_000), failures] if failures else [],
    )


@lru_cache(maxsize=2_000)
def _pool(sigma: float, level: int, shift: float) -> list[int]:
    """The buckets of evenly spaced quantiles: drawing from them is drawing response times."""
    middle = log(MEDIAN_US) + level * _STEP + shift
    return [bucket_of(int(exp(middle + sigma * z))) for z in _quantiles()]


@lru_cache(maxsize=1)
def _quantiles() -> list[float]:
    return [_NORMAL.inv_cdf((k + 0.5) / _POOL) for k in range(_POOL)]


def _worse(level: float) -> float:
    return exp(3.0 * level)


def _poisson(mean: float, source: random.Random) -> int:
    if mean > 30.0:
        return max(0, round(source.gauss(mean, sqrt(mean))))
    count, product, limit = 0, source.random(), exp(-mean)
    while product > limit:
        count += 1
        product *= source.random()
    return count
