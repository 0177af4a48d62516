"""The journal of a day that never was: what a steady run of 24 h leaves behind.

Every line goes through the encoder of the generator and the numbering of the supervisor. Response
times are lognormal with a slow tail; they come from pools drawn once, an endpoint each, because
drawing 17 million of them takes longer than everything that is measured with them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lftui.metrics import bucket_of
from lftui.plan import RunPlan
from lftui.records import (
    SCHEMA,
    AnyRecord,
    Checkpoint,
    EndpointSeen,
    EndpointTick,
    ErrorSeen,
    GeneratorHealth,
    Loaded,
    Marked,
    Ready,
    RunStarted,
    Tick,
    encode,
    with_seq,
)
from lftui.supervisor.run import CHECKPOINT_EVERY_S, shown_plan

WALL = 1_750_000_000.0
MONO = 10_000.0
_POOL = 20_000
_SIZE = 2_048
_FAILING = 0.005
_USERS = 100
_CLASSES = ("Reader", "Writer", "Buyer")


@dataclass(frozen=True)
class Day:
    """What was written: the journal's size, its last record's number, and the newest checkpoint."""

    size: int
    seq: int
    checkpoint_seq: int
    checkpoint_offset: int


@dataclass(frozen=True)
class Pool:
    """Response times of one endpoint: µs, and the bucket of each."""

    us: list[int]
    buckets: list[int]

    def endpoint_tick(self, number: int, count: int, source: random.Random) -> EndpointTick:
        """The figures of `count` requests of one second."""
        begin = source.randrange(_POOL - count)
        us = self.us[begin : begin + count]
        failures = 1 if source.random() < _FAILING * count else 0
        buckets = self.buckets[begin : begin + count]
        return EndpointTick(
            id=number,
            count=count,
            failures=failures,
            sum_us=sum(us),
            min_us=min(us),
            max_us=max(us),
            bytes=_SIZE * count,
            ok=_sparse(buckets[failures:]),
            failed=_sparse(buckets[:failures]),
        )


def _sparse(buckets: list[int]) -> list[int]:
    counts: dict[int, int] = {}
    for bucket in sorted(buckets):
        counts[bucket] = counts.get(bucket, 0) + 1
    return [number for pair in counts.items() for number in pair]


class Synthesis:
    """A run of so many endpoints and requests a second, the same one for the same seed."""

    def __init__(self, endpoints: int = 30, rps: int = 200, seed: int = 1) -> None:
        self._source = random.Random(seed)
        self._endpoints = endpoints
        self._each, self._rest = divmod(rps, endpoints)
        self._pools = [self._pool(20_000.0 * (1 + number % 10)) for number in range(endpoints)]
        self._lags = [_sparse(self._lag()) for _ in range(50)]

    def _pool(self, middle_us: float) -> Pool:
        draw, uniform = self._source.lognormvariate, self._source.random
        us = [
            int(middle_us * draw(0, 0.4) * (20 if uniform() < 0.002 else 1)) for _ in range(_POOL)
        ]
        return Pool(us, [bucket_of(one) for one in us])

    def _lag(self) -> list[int]:
        return [bucket_of(int(self._source.lognormvariate(5, 0.6))) for _ in range(95)]

    def write(self, path: Path, seconds: int) -> Day:
        """Write the journal of so many seconds of load."""
        size = checkpoint_seq = checkpoint_offset = seq = 0
        with path.open("wb", buffering=1 << 20) as file:
            for seq, record in enumerate(self.records(seconds), 1):
                if isinstance(record, Checkpoint):
                    checkpoint_seq, checkpoint_offset = seq - 1, size
                    record = Checkpoint(
                        wall=record.wall, mono=record.mono, upto_seq=seq - 1, offset=size,
                        file="checkpoint.json",
                    )  # fmt: skip
                size += file.write(with_seq(encode(record), seq))
        return Day(size, seq, checkpoint_seq, checkpoint_offset)

    def records(self, seconds: int) -> Iterator[AnyRecord]:
        """The records, without their numbers."""
        yield from self._opening()
        for second in range(seconds):
            wall, mono = WALL + second + 1, MONO + second + 1
            if second and second % 3600 == 0:
                text = f"hour {second // 3600}"
                yield Marked(wall=wall, mono=mono - 1, type="note", text=text, who="operator")
            if second and second % int(CHECKPOINT_EVERY_S) == 0:
                yield Checkpoint(wall=wall, mono=mono - 1, upto_seq=0)
            yield self._tick(wall, mono)

    def _opening(self) -> Iterator[AnyRecord]:
        at: dict[str, Any] = {"wall": WALL, "mono": MONO}
        plan = RunPlan(host="http://target.test", users=_USERS, shape_sentence="100 users")
        yield RunStarted(
            schema=SCHEMA,
            **at,
            run_id="day",
            plan=shown_plan(plan),
            shape=plan.shape_sentence,
            host=plan.host,
        )
        yield Loaded(**at, files=["locustfile.py"])
        yield Ready(**at, user_classes=list(_CLASSES))
        for number in range(self._endpoints):
            yield EndpointSeen(
                **at, id=number + 1, method="GET", name=f"/api/v1/things/{number}",
                user_class=_CLASSES[number % len(_CLASSES)],
            )  # fmt: skip
            yield ErrorSeen(
                **at, id=number + 1, endpoint=number + 1, status=503, exception="HTTPError",
                text="503 Service Unavailable", sample="503 Service Unavailable",
            )  # fmt: skip

    def _tick(self, wall: float, mono: float) -> Tick:
        source = self._source
        extra = source.randrange(self._endpoints)
        endpoints = [
            pool.endpoint_tick(
                number,
                self._each + ((number + extra) % self._endpoints < self._rest),
                source,
            )
            for number, pool in enumerate(self._pools, 1)
        ]
        return Tick(
            wall=wall,
            mono=mono,
            start=mono - 1,
            end=mono,
            state="running",
            target=_USERS,
            users=_USERS,
            spawn_rate=10.0,
            target_by_class={"Reader": 50, "Writer": 30, "Buyer": 20},
            users_by_class={"Reader": 50, "Writer": 30, "Buyer": 20},
            endpoints=endpoints,
            errors=[(one.id, one.failures) for one in endpoints if one.failures],
            last_response=mono - 0.003,
            in_flight=source.randrange(20),
            oldest_in_flight_s=0.05,
            health=GeneratorHealth(
                cpu_percent=round(20 + 10 * source.random(), 1),
                rss_bytes=80_000_000,
                open_files=140,
                lag=source.choice(self._lags),
                lag_max_us=source.randrange(500, 4_000),
                pack_us=source.randrange(150, 500),
            ),
        )
