"""Figures over time, coarser the older they are, and never dropped."""

from __future__ import annotations

from itertools import chain

import msgspec

from lftui.metrics.arrivals import ArrivalFigures
from lftui.metrics.histogram import Histogram
from lftui.metrics.packed import Packed, pack, unpack


class Point(msgspec.Struct, omit_defaults=True):
    """Figures of one span of time.

    Attributes:
        start_s: begin of the span, in seconds.
        end_s: end of the span, in seconds.
        count: completed requests, failures included.
        failures: failed requests.
        bytes: bytes received.
        users: users at the end of the span.
        target_users: users asked for at the end of the span.
        users_max: most users in the span; filled in from `users` if not given.
        ok: response times of successes, as a packed sparse histogram (`lftui.metrics.packed`).
        failed: response times of failures, likewise.
        adjusted: times of successes from when they were due, likewise; empty without any.
        arrivals: of an open workload; None in a closed one.
        cpu_percent, lag_max_us, rss_bytes: the generator's highest readings in the span.
    """

    start_s: float
    end_s: float
    count: int = 0
    failures: int = 0
    bytes: int = 0
    users: int = 0
    target_users: int = 0
    users_max: int = 0
    ok: Packed = b""
    failed: Packed = b""
    cpu_percent: float = 0.0
    lag_max_us: int = 0
    rss_bytes: int = 0
    adjusted: Packed = b""
    arrivals: ArrivalFigures | None = None

    def __post_init__(self) -> None:
        self.users_max = max(self.users_max, self.users)

    def merged(self, later: Point) -> Point:
        """This span and the one after it as one span."""
        return Point(
            start_s=self.start_s,
            end_s=later.end_s,
            count=self.count + later.count,
            failures=self.failures + later.failures,
            bytes=self.bytes + later.bytes,
            users=later.users,
            target_users=later.target_users,
            users_max=max(self.users_max, later.users_max),
            ok=_compacted(self.ok + later.ok),
            failed=_compacted(self.failed + later.failed),
            cpu_percent=max(self.cpu_percent, later.cpu_percent),
            lag_max_us=max(self.lag_max_us, later.lag_max_us),
            rss_bytes=max(self.rss_bytes, later.rss_bytes),
            adjusted=_compacted(self.adjusted + later.adjusted),
            arrivals=_arrivals(self.arrivals, later.arrivals),
        )

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s

    @property
    def response_times(self) -> Histogram:
        """The histogram that percentiles are read from, chosen as `Figures` chooses it."""
        return Histogram.from_sparse(unpack(self.ok or self.failed))


def _arrivals(
    earlier: ArrivalFigures | None, later: ArrivalFigures | None
) -> ArrivalFigures | None:
    if earlier is None or later is None:
        return earlier or later
    both = earlier.copy()
    both.add(later)
    return both


def _compacted(packed: Packed) -> Packed:
    """The same histogram with one pair a bucket."""
    return pack(Histogram.from_sparse(unpack(packed)).sparse()) if packed else packed


class Series(msgspec.Struct):
    """Points over time whose number grows with the logarithm of the time.

    Level 0 holds the newest points as they came; when a level holds more than `keep`, its two
    oldest become one point of the next level. So the newest `keep` seconds are there second by
    second, the ones before them by 2 s, then by 4 s: a day takes about 9 levels at `keep=300`.

    Attributes:
        keep: most points on a level, at least 2.
        levels: the levels, finest (newest) first; on each the oldest point first.
    """

    keep: int = 300
    levels: list[list[Point]] = msgspec.field(default_factory=lambda: [[]])

    def __post_init__(self) -> None:
        if self.keep < 2:
            raise ValueError(f"a series keeps at least 2 points on a level, not {self.keep}")

    def append(self, point: Point) -> None:
        """Takes the next point; it belongs to the series from here on."""
        for level in self.levels:
            level.append(point)
            if len(level) <= self.keep:
                return
            point = level[0].merged(level[1])
            del level[:2]
        self.levels.append([point])

    def points(self, since_s: float | None = None) -> list[Point]:
        """The points, oldest first; with `since_s` only those that end after it."""
        everything = chain.from_iterable(reversed(self.levels))
        return [point for point in everything if since_s is None or point.end_s > since_s]
