"""One run of a trend."""

from __future__ import annotations

from math import isfinite

import msgspec

from lftui.judge.difference.words import digits


class TrendPoint(msgspec.Struct, frozen=True):
    """One finished run; None for what it did not measure.

    Attributes:
        started_at: Unix time.
        users_max: the most users.
        rate_max: of an open workload the highest rate of iterations that lasted, a second.
        p95_ms: of the successful responses of the whole run, in milliseconds.
        error_ratio: 0..1.
        verdict: pass, warn, fail or inconclusive; "" where none is known.
    """

    run_id: str
    started_at: float
    users_max: int | None
    rps: float | None
    p95_ms: float | None
    error_ratio: float | None
    verdict: str
    duration_s: float | None
    rate_max: float | None = None

    @property
    def load(self) -> tuple[str, float] | None:
        """What its figures are those of, to be told from other loads: users, in an open workload
        the rate, whose users come and go; None where it is not known."""
        if self.rate_max is not None:
            return "rate", self.rate_max
        return None if self.users_max is None else ("users", self.users_max)


def said(field: str, value: float | None) -> str:
    """A figure of a point by its field: `182`, `240 ms`, `0.42 %`; `—` where there is none."""
    if value is None or not isfinite(value):
        return "—"
    if field == "error_ratio":
        return f"{100 * value:.2f} %"
    return f"{digits(value)} ms" if field == "p95_ms" else digits(value)
