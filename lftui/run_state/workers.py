"""The workers of a run: what each did over all of it, and what became of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from lftui.metrics import Histogram
from lftui.records import Gap, Marked, Tick, WorkerSeen, WorkerTick
from lftui.run_state.health import LEFT, MISSING

MOST_WORKERS = 200
OTHERS = "(others)"
"""Where the workers beyond the first `MOST_WORKERS` are counted together; users and rate of it are
those of one of them."""
_GONE = ("left", "removed")

Whereabouts = Literal["present", "missing", "left"]
Precision = Literal["full", "coarse"]


class WorkerFacts(msgspec.Struct):
    """One worker over the whole run. Seconds are monotonic where they are moments.

    Attributes:
        seen: how it announced itself; without an announcement only its id is known.
        state: `present` in the latest tick, `missing` since it was lost, or it has `left`.
        removed: it left because somebody sent it away.
        lost: how many times it was lost.
        requests_missing_max: so many requests it may have taken along, at most.
        users, asked: the latest.
        ok: the response times of all its successful requests.
        lag: histogram of its loop lag in µs.
        precision: `coarse` once any of its figures were rounded before it sent them.
        present_s: seconds of load for which it was there.
    """

    seen: WorkerSeen
    state: Whereabouts = "present"
    removed: bool = False
    lost: int = 0
    requests_missing_max: int = 0
    users: int = 0
    users_max: int = 0
    asked: int = 0
    count: int = 0
    failures: int = 0
    ok: Histogram = msgspec.field(default_factory=Histogram)
    cpu_percent_max: float = 0.0
    rss_bytes_max: int = 0
    lag: Histogram = msgspec.field(default_factory=Histogram)
    lag_max_us: int = 0
    precision: Precision = "full"
    version: str = ""
    first_s: float | None = None
    last_s: float | None = None
    present_s: float = 0.0

    @property
    def id(self) -> str:
        """Its name in this run."""
        return self.seen.id

    @property
    def rps(self) -> float:
        """Requests a second of the load for which it was there."""
        return self.count / self.present_s if self.present_s else 0.0

    @property
    def lag_p99_us(self) -> int | None:
        """Loop lag at p99; None where it never said."""
        p99 = self.lag.percentile_us(0.99)
        return None if p99 is None else min(p99, self.lag_max_us)

    def on_tick(self, worker: WorkerTick, tick: Tick, under_load: bool) -> None:
        """Add what a tick says of it."""
        self.count += worker.count
        self.failures += worker.failures
        self.ok.add_sparse(worker.ok)
        self.version = worker.version or self.version
        if "coarse" in (worker.precision, self.seen.precision):
            self.precision = "coarse"
        if worker.state == MISSING:
            if self.id != OTHERS:  # one of several: only its mark says that it was lost just now
                self.lose()
            return
        if worker.state == LEFT:
            return  # its last report, which came as it went
        self.state, self.removed = "present", False
        self.users, self.asked = worker.users, worker.asked
        self.users_max = max(self.users_max, worker.users)
        self.cpu_percent_max = max(self.cpu_percent_max, worker.cpu_percent)
        self.rss_bytes_max = max(self.rss_bytes_max, worker.rss_bytes)
        self.lag.add_sparse(worker.lag)
        self.lag_max_us = max(self.lag_max_us, worker.lag_max_us)
        self.first_s = tick.start if self.first_s is None else self.first_s
        self.last_s = tick.end
        if under_load:
            self.present_s += tick.end - tick.start

    def lose(self) -> None:
        """It is lost; said twice (by a mark and by a tick) that is once."""
        if self.state != "missing":
            self.lost += 1
        if self.id != OTHERS:
            self.state, self.users, self.asked = "missing", 0, 0

    def leave(self, removed: bool) -> None:
        """It is not there any more, and nobody waits for it."""
        self.state, self.removed = "left", removed
        self.users = self.asked = 0


Workers = dict[str, WorkerFacts]
"""By id, in the order in which they came."""


def worker_of(workers: Workers, name: str) -> WorkerFacts:
    """The worker's facts by its id; those of all others together once there are very many."""
    found = workers.get(name)
    if found is None and len(workers) >= MOST_WORKERS:
        name = OTHERS
        found = workers.get(name)
    if found is None:
        found = workers[name] = WorkerFacts(WorkerSeen(id=name))
    return found


def on_seen(workers: Workers, record: WorkerSeen) -> None:
    """A worker says who it is, or more of it."""
    found = worker_of(workers, record.id)
    if found.id != OTHERS:
        found.seen = record


def on_tick(workers: Workers, tick: Tick, under_load: bool) -> None:
    """Add a tick; who is in it no more has left. `under_load`: its time counts for rates."""
    named = set()
    for worker in tick.workers:
        found = worker_of(workers, worker.id)
        named.add(found.id)
        found.on_tick(worker, tick, under_load)
    for found in workers.values():
        if found.state != "left" and found.first_s is not None and found.id not in named:
            found.leave(removed=False)


def on_mark(workers: Workers, record: Marked) -> None:
    """A worker came, was lost, came back or went. A mark without a worker's id says nothing."""
    name, event = record.facts.get("worker"), record.facts.get("event")
    if not isinstance(name, str) or not name:
        return
    found = worker_of(workers, name)
    if event == "lost":
        found.lose()
    elif event in _GONE:
        found.leave(removed=event == "removed")
    elif event in ("joined", "back"):
        found.state, found.removed = "present", False


def on_gap(workers: Workers, record: Gap) -> None:
    """Requests that a lost worker may have taken along."""
    if record.worker and record.what == "requests":
        worker_of(workers, record.worker).requests_missing_max += record.count
