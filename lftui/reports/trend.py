"""The trend of a scenario and target over stored runs."""

from __future__ import annotations

import msgspec


class TrendPoint(msgspec.Struct, frozen=True):
    """One stored run at a glance.

    Attributes:
        started_at: Unix seconds.
        p95_ms: of the successful responses.
        error_ratio: 0..1.
        verdict: the word of its outcome; "" where there is none.
    """

    run_id: str
    started_at: float
    users_max: int | None
    rps: float | None
    p95_ms: float | None
    error_ratio: float | None
    verdict: str
    duration_s: float | None
