"""Jobs: pending, processing, completed. Bounded, and advanced by the clock alone."""

from __future__ import annotations

import heapq
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lftui.demo.errors import ApiError

MAX_JOBS = 20_000
MAX_JOBS_PER_ACCOUNT = 500
MAX_BACKLOG_S = 60.0
STATUSES = ("pending", "processing", "completed")
# Seconds at speed 1 for a medium summary-like job, and the factor of each type.
SIZE_SECONDS = {"small": 1.5, "medium": 3.0, "large": 8.0}
TYPE_FACTORS = {"podcast": 1.5, "summary": 0.8, "flashcards": 0.9, "quiz": 1.0}


@dataclass(slots=True)
class Job:
    """One job; `starts` and `ends` are on the store's clock, in seconds."""

    account_id: str
    topic: str
    content_type: str
    size: str
    starts: float
    ends: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())

    def status(self, now: float) -> str:
        if now < self.starts:
            return "pending"
        return "processing" if now < self.ends else "completed"

    def progress(self, now: float) -> float:
        """The share done, 0..1."""
        return min(max((now - self.starts) / (self.ends - self.starts), 0.0), 1.0)


class Jobs:
    """The job queue, served by `slots` runners.

    When a job starts and ends is settled when it is made, from the runners' promised times:
    no thread has to run it, and a job that is deleted still keeps its runner busy.
    """

    def __init__(
        self, slots: int, speed: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._speed = speed
        self._free_at = [0.0] * slots
        self._jobs: dict[str, Job] = {}
        self._by_account: dict[str, dict[str, Job]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def now(self) -> float:
        return self._clock()

    def create(
        self, account_id: str, topic: str, content_type: str, size: str, spread: float
    ) -> Job:
        """Queue a job; `spread` is the factor by which it differs from the usual length.

        Raises:
            ApiError: 503: the runners are booked for longer than a minute.
        """
        now = self._clock()
        # Even an idle runner takes a moment to pick a job up.
        starts = max(now + 0.3 / self._speed, self._free_at[0])
        if starts - now > MAX_BACKLOG_S / self._speed:
            raise ApiError(503, "the job backlog is full", retry_after_s=5 / self._speed)
        length = SIZE_SECONDS[size] * TYPE_FACTORS[content_type] * spread / self._speed
        heapq.heapreplace(self._free_at, starts + length)
        job = Job(account_id, topic, content_type, size, starts, starts + length)
        self._jobs[job.id] = job
        self._by_account.setdefault(account_id, {})[job.id] = job
        self._forget(account_id)
        return job

    def get(self, account_id: str, job_id: str) -> Job:
        """Raises:
        ApiError: 404: there is none, or it is someone else's.
        """
        job = self._jobs.get(job_id)
        if job is None or job.account_id != account_id:
            raise ApiError(404, "there is no such job")
        return job

    def newest_first(self, account_id: str, status: str | None) -> list[Job]:
        now = self._clock()
        mine = reversed(self._by_account.get(account_id, {}).values())
        return [job for job in mine if status is None or job.status(now) == status]

    def remove(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        mine = self._by_account.get(job.account_id, {})
        mine.pop(job.id, None)
        if not mine:
            self._by_account.pop(job.account_id, None)

    def remove_all(self, account_id: str) -> int:
        """Delete an account's jobs; how many there were."""
        mine = self._by_account.pop(account_id, {})
        for job_id in mine:
            self._jobs.pop(job_id, None)
        return len(mine)

    def by_status(self) -> dict[str, int]:
        now = self._clock()
        counts = dict.fromkeys(STATUSES, 0)
        for job in self._jobs.values():
            counts[job.status(now)] += 1
        return counts

    def _forget(self, account_id: str) -> None:
        mine = self._by_account[account_id]
        if len(mine) > MAX_JOBS_PER_ACCOUNT:
            self.remove(next(iter(mine.values())))
        if len(self._jobs) > MAX_JOBS:
            self.remove(next(iter(self._jobs.values())))
