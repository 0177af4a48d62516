"""How long the demo target takes: a curve for each endpoint, drawn from with a seed.

The curves are a little below `baseline.json`, so that the target passes its own baseline at low
load in spite of what the network and the client add.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

_Z95 = 1.6448536
_Z99 = 2.3263479


@dataclass(frozen=True)
class Curve:
    """A long-tailed distribution through three given percentiles.

    One lognormal has two parameters and misses one of the three; here the logarithm is linear
    in the normal deviate between the given points, so each of them is met exactly.

    Attributes:
        p50, p95, p99: milliseconds.
        cap: milliseconds that no draw exceeds.
    """

    p50: float
    p95: float
    p99: float
    cap: float

    def at(self, z: float) -> float:
        """Milliseconds at the standard normal deviate `z` (0 is the median)."""
        if z <= _Z95:
            log_ms = math.log(self.p50) + z * math.log(self.p95 / self.p50) / _Z95
        else:
            slope = math.log(self.p99 / self.p95) / (_Z99 - _Z95)
            log_ms = math.log(self.p95) + (z - _Z95) * slope
        return min(math.exp(log_ms), self.cap)


def below(p50: float, p95: float, p99: float, share: float) -> Curve:
    """A curve at `share` of the baseline's milliseconds.

    The cap is a third above the p99: in a short run the p99 is little else than the longest draw,
    and that alone must not break the baseline.
    """
    return Curve(p50 * share, p95 * share, p99 * share, p99 * share * 1.33)


@dataclass(frozen=True)
class Cost:
    """What one request takes: its time, and the share of it that holds a database connection."""

    curve: Curve
    db_share: float = 0.0


# Keyed as in baseline.json. Slowed by 1.3 all but the two shortest leave it; those leave the most
# room, since 2 to 4 ms are the client's own.
COSTS = {
    "/healthz": Cost(below(10, 50, 100, 0.5)),
    "/api/v1/health": Cost(below(20, 100, 200, 0.7), db_share=0.16),
    "/api/v1/auth/login": Cost(below(150, 400, 800, 0.92), db_share=0.12),
    "/api/v1/auth/register": Cost(below(200, 500, 1000, 0.92), db_share=0.12),
    "/api/v1/jobs [POST]": Cost(below(100, 300, 500, 0.9), db_share=0.7),
    "/api/v1/jobs [GET]": Cost(below(100, 300, 600, 0.9), db_share=0.7),
    "/api/v1/jobs/{id} [GET]": Cost(below(50, 150, 300, 0.88), db_share=0.7),
    "/api/v1/jobs/{id} [DELETE]": Cost(below(50, 150, 300, 0.88), db_share=0.7),
    "/api/v1/content/generate": Cost(below(2000, 5000, 10000, 0.92)),
    "cached content": Cost(below(60, 150, 300, 0.7), db_share=0.1),
    "/api/v1/monitoring/usage/user/{id}": Cost(below(100, 300, 500, 0.9), db_share=0.7),
    "/api/v1/monitoring/usage/summary": Cost(below(200, 500, 1000, 0.92), db_share=0.7),
    # Marks the account only, so that hundreds of users can clean up at once.
    "/api/v1/users/me [DELETE]": Cost(below(20, 50, 100, 0.5), db_share=0.1),
    # The spread around a job's usual length: a factor, not milliseconds.
    "job length": Cost(Curve(1.0, 1.6, 2.2, 3.0)),
}


class Draws:
    """Draws from the curves; each endpoint has a sequence of its own, fixed by the seed."""

    def __init__(self, seed: int) -> None:
        # One generator each: traffic on one endpoint does not change the times of another.
        self._randoms = {name: random.Random(f"{seed}:{name}") for name in COSTS}

    def milliseconds(self, name: str) -> float:
        """The next time of the endpoint `name`, at speed 1."""
        return COSTS[name].curve.at(self._randoms[name].gauss(0.0, 1.0))
