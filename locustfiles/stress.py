"""Stress: what happens when it is too much, too big or too slow.

    SpikeUser          impatient traffic for sudden spikes
    SustainedUser      a steady pace of one request a second, for as long as it takes
    DatabaseUser       large pages and many jobs: the database pool
    PayloadUser        bodies near and over the limit (413 is expected over it)
    ShortTimeoutUser   gives up after a second; its time-outs are failures

The file brings `SpikeLoadShape`: 10 -> 100 -> 20 -> 200 -> 50 -> 0 users. Locust takes a shape it
finds, so it runs by default: `-u N` (above 1) makes N its highest peak, `-t` its whole length.
LA_FACTORIA_SHAPE=off leaves it out; then -u, -r and -t mean what they usually mean.
Each user deletes its account with its jobs at the end. Settings: see `_la_factoria.py`.

    locust -f locustfiles/stress.py --headless -H http://127.0.0.1:8000
    LA_FACTORIA_SHAPE=off locust -f locustfiles/stress.py SustainedUser -u 100 -r 10 -t 30m

Tags: spike, sustained, database, payload, timeout, health, jobs.
"""

from __future__ import annotations

import os
import time
from typing import ClassVar

from _la_factoria import (
    HEALTH,
    HEALTHZ,
    JOBS,
    THINK,
    USAGE,
    think,
    unique_topic,
)
from _la_factoria_accounts import AccountUser
from locust import LoadTestShape, constant_pacing, tag, task

TOO_LARGE = f"{JOBS} (413 expected)"
LARGE_PAGE = f"{JOBS} (500 rows)"


class SpikeLoadShape(LoadTestShape):
    """Two sudden spikes with a rest after each: 10 -> 100 -> 20 -> 200 -> 50 -> 0 users."""

    abstract = os.environ.get("LA_FACTORIA_SHAPE", "on").lower() in ("off", "0", "none")
    use_common_options = True
    # Users, and the seconds that they stay.
    stages: ClassVar[tuple[tuple[int, float], ...]] = (
        (10, 30),
        (100, 30),
        (20, 30),
        (200, 45),
        (50, 30),
        (0, 5),
    )
    # A spike is sudden: all of it within two seconds.
    spawn_rate = 100.0

    def tick(self) -> tuple[int, float] | None:
        peak, length_s = self._wanted()
        highest = max(users for users, _ in self.stages)
        stretch = length_s / sum(seconds for _, seconds in self.stages)
        elapsed_s = time.perf_counter() - self.start_time
        end = 0.0
        for users, seconds in self.stages:
            end += seconds * stretch
            if elapsed_s < end:
                scaled = round(users * peak / highest)
                return (max(1, scaled) if users else 0), self.spawn_rate
        return None

    def _wanted(self) -> tuple[int, float]:
        """The highest peak and the length in seconds, as the options have them or as planned."""
        options = getattr(getattr(self.runner, "environment", None), "parsed_options", None)
        peak = getattr(options, "num_users", None) or 1
        length_s = getattr(options, "run_time", None) or sum(s for _, s in self.stages)
        # Locust itself fills in one user where -u is missing.
        return (peak if peak > 1 else max(u for u, _ in self.stages)), float(length_s)


class SpikeUser(AccountUser):
    """Everybody at once, and in a hurry."""

    weight = 5
    wait_time = think(0.3, 1)

    @tag("spike", "health")
    @task(3)
    def healthz(self) -> None:
        self.call("GET", HEALTHZ, name=HEALTHZ)

    @tag("spike", "jobs")
    @task(2)
    def list_jobs(self) -> None:
        self.api("GET", f"{JOBS}?page=1&page_size=10", name=JOBS)

    @tag("spike", "jobs")
    @task(2)
    def create_and_check(self) -> None:
        job_id = self.create_job()
        if job_id is not None:
            self.job_status(job_id)


class SustainedUser(AccountUser):
    """The same pace however slow the answers are, up to one in flight."""

    weight = 3
    wait_time = constant_pacing(1.0 * THINK)

    @tag("sustained", "health")
    @task(1)
    def api_health(self) -> None:
        self.call("GET", HEALTH, name=HEALTH)

    @tag("sustained", "jobs")
    @task(3)
    def list_jobs(self) -> None:
        self.api("GET", f"{JOBS}?page=1&page_size=20", name=JOBS)

    @tag("sustained", "jobs")
    @task(2)
    def create_job_task(self) -> None:
        self.create_job()

    @tag("sustained", "usage")
    @task(1)
    def own_usage(self) -> None:
        token = self.account.token()
        if token is not None:
            self.api("GET", USAGE.replace("{id}", token.user_id), name=USAGE)


class DatabaseUser(AccountUser):
    """Holds database connections for long."""

    weight = 2
    wait_time = think(0.5, 1.5)

    @tag("database", "jobs")
    @task(1)
    def many_jobs(self) -> None:
        for _ in range(10):
            if self.create_job() is None:
                return

    @tag("database", "jobs", "slow")
    @task(2)
    def large_pages(self) -> None:
        self.api("GET", f"{JOBS}?page=1&page_size=500", name=LARGE_PAGE)

    @tag("database", "jobs")
    @task(1)
    def filtered_pages(self) -> None:
        for status in ("pending", "processing", "completed"):
            self.api("GET", f"{JOBS}?status={status}&page_size=500", name=LARGE_PAGE)


class PayloadUser(AccountUser):
    """Large bodies: what fits must be taken, what does not must be refused with a 413."""

    weight = 1
    wait_time = think(1, 3)

    @tag("payload", "jobs")
    @task(2)
    def just_fits(self) -> None:
        self.create_job(source_text="x" * 200_000)

    @tag("payload", "negative")
    @task(2)
    def too_large(self) -> None:
        self.send(300_000)

    @tag("payload", "negative")
    @task(1)
    def far_too_large(self) -> None:
        self.send(2_000_000)

    def send(self, size: int) -> None:
        body = {"topic": unique_topic(), "content_type": "summary", "source_text": "x" * size}
        self.api("POST", JOBS, name=TOO_LARGE, expect=(413,), json=body)


class ShortTimeoutUser(AccountUser):
    """Waits a second for an answer, no longer."""

    weight = 1
    wait_time = think(0.5, 1.5)
    network_timeout = 1.0

    @tag("timeout", "health")
    @task(1)
    def healthz(self) -> None:
        self.call("GET", HEALTHZ, name=HEALTHZ)

    @tag("timeout", "jobs")
    @task(2)
    def list_jobs(self) -> None:
        self.api("GET", f"{JOBS}?page=1&page_size=10", name=JOBS)

    @tag("timeout", "jobs")
    @task(1)
    def create_job_task(self) -> None:
        self.create_job()
