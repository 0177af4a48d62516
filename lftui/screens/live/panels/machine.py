"""One row of the Workers panel."""

from __future__ import annotations

from typing import Literal

import msgspec

from lftui.metrics import Histogram

Kind = Literal["generator", "worker", "class"]
Standing = Literal["good", "warning", "critical", "unknown", ""]


class Machine(msgspec.Struct, frozen=True):
    """A row: a process, or a user class of the scenario.

    Attributes:
        standing: how it is; "" where that is no question.
        lag: of its loop in µs, over the last ten seconds.
        p95_ms: of a user class, or of the last ten seconds of a worker.
        target: the users wanted of it.
        software, host, pid: of a worker, where it has said so.
    """

    key: str
    kind: Kind
    name: str
    state: str = ""
    standing: Standing = ""
    users: int = 0
    target: int | None = None
    rps: float | None = None
    cpu_percent: float | None = None
    rss_bytes: int | None = None
    lag: Histogram | None = None
    lag_max_us: int | None = None
    open_files: int | None = None
    pack_us: int | None = None
    backlog: int | None = None
    precision: str = ""
    version: str = ""
    p95_ms: float | None = None
    requests: int = 0
    failures: int = 0
    in_flight: int | None = None
    software: str = ""
    host: str = ""
    pid: int = 0

    @property
    def lag_p99_ms(self) -> float | None:
        """Loop lag at p99 over the last ten seconds."""
        p99 = self.lag.percentile_us(0.99) if self.lag is not None else None
        most = self.lag_max_us
        return None if p99 is None else min(p99, most if most is not None else p99) / 1000
