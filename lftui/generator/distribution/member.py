"""One worker as its master knows it: what it is, what it did since the last tick."""

from __future__ import annotations

import math
from collections import deque

import msgspec
from locust.runners import WorkerNode

from lftui.generator.arrivals.counts import Counts
from lftui.generator.distribution.report import (
    LOST_AFTER_S,
    REPORT_EVERY_S,
    STOCK_ORPHANED_AFTER_S,
    STOCK_REPORT_EVERY_S,
    WorkerReport,
)
from lftui.metrics import Histogram
from lftui.records import GeneratorHealth, WorkerSeen, WorkerTick

_REMEMBERED = 10
_MARGIN = 1.1  # between two reports the rate is not known, only around them


class Member:
    """A worker of this run.

    Attributes:
        id: its short name in records.
        client: its name in Locust's messages.
        lost_at: when it was lost, in monotonic seconds; None while it is there.
        gone: it has left for good.
        sent_away: somebody removed it.
        told_all: it has reported everything up to its stop.
        most_users: the most that it ever was to run.
        write_off_at: when it is to be said what it took along, in monotonic seconds.
        written_off: that is said.
        died_of: why its process ended; "" where it may come back.
    """

    def __init__(self, id: str, client: str, local: bool) -> None:
        self.id = id
        self.client = client
        self.local = local
        self.seen = WorkerSeen(id=id, local=local)
        self.number = 0
        self.lost_at: float | None = None
        self.gone = False
        self.told_all = False
        self.sent_away = False
        self.written_off = False
        self.died_of = ""
        self.latest = WorkerReport(number=0)
        self.users = 0
        self.most_users = 0
        self.write_off_at: float | None = None
        self.fewer_since: float | None = None
        self.told_fewer = False
        self.heard_at = 0.0
        self._counts: deque[int] = deque(maxlen=_REMEMBERED)
        self._count = 0
        self._failures = 0
        self._arrivals = Counts()
        self._ok = Histogram()
        self._lag = Histogram()
        self._lag_max = 0

    @property
    def is_stock(self) -> bool:
        """Whether it has nothing of lftui in it."""
        return self.seen.software == "stock"

    @property
    def has_news(self) -> bool:
        """Whether it has reported anything since the last tick."""
        return self._count > 0

    def see(self, node: WorkerNode) -> None:
        """What Locust's heartbeats say of it; of a stock worker it is all there is."""
        self.users = node.user_count
        self.most_users = max(self.most_users, self.users)
        if self.is_stock:
            health = GeneratorHealth(
                cpu_percent=float(node.cpu_usage or 0), rss_bytes=int(node.memory_usage or 0)
            )
            self.latest = msgspec.structs.replace(self.latest, health=health)

    def take(self, report: WorkerReport, now: float) -> None:
        """Remember what it reports, besides what the run's figures get."""
        self.number, self.latest, self.heard_at = report.number, report, now
        counts = 0
        for endpoint in report.endpoints:
            counts += endpoint.tick.count
            self._failures += endpoint.tick.failures
            self._ok.add_sparse(endpoint.tick.ok)
        self._counts.append(counts)
        if report.arrivals is not None:
            self._arrivals += report.arrivals.events()
        self._count += counts
        self._lag.add_sparse(report.health.lag)
        self._lag_max = max(self._lag_max, report.health.lag_max_us)

    def tick(self, state: str, asked: int) -> WorkerTick:
        """What is new since the last call."""
        latest = self.latest
        missing = self.lost_at is not None
        tick = WorkerTick(
            id=self.id,
            state="missing" if missing else state,
            users=0 if missing or self.gone else self.users,
            asked=asked,
            count=self._count,
            failures=self._failures,
            ok=self._ok.sparse(),
            cpu_percent=0.0 if missing else latest.health.cpu_percent,
            rss_bytes=0 if missing else latest.health.rss_bytes,
            lag=self._lag.sparse(),
            lag_max_us=self._lag_max,
            in_flight=None if missing else latest.in_flight,
            precision=self.seen.precision,
            version=self.seen.versions.get("locust", ""),
        )
        self._count = self._failures = self._lag_max = 0
        self._ok, self._lag = Histogram(), Histogram()
        return tick

    def arrivals(self) -> Counts:
        """Of an open workload what is new since the last call, and how it is now."""
        events, self._arrivals = self._arrivals, Counts()
        latest = self.latest.arrivals
        here = latest is not None and self.lost_at is None and not self.gone
        return events + latest.without_events() if here and latest is not None else events

    @property
    def most_a_second(self) -> float:
        """The most requests a second in any of its latest reports."""
        return max(self._counts, default=0) / self.every_s

    @property
    def every_s(self) -> float:
        """How often it reports."""
        return STOCK_REPORT_EVERY_S if self.is_stock else REPORT_EVERY_S

    def may_have_done(self, most_a_second: float, silent_s: float | None = None) -> int:
        """The most requests that it can have made and not reported.

        Args:
            most_a_second: the most that any worker has made.
            silent_s: how long it may have gone on unheard; None when it ended between two reports.
        """
        goes_on_s = STOCK_ORPHANED_AFTER_S if self.is_stock else LOST_AFTER_S + 1.0
        unheard_s = 0.0 if silent_s is None else min(silent_s, goes_on_s)
        return math.ceil(_MARGIN * most_a_second * (self.every_s + unheard_s)) + self.most_users
