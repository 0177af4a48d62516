"""The main scenario: what the users of La Factoria do all day.

    LaFactoriaUser    health, jobs, generation, own usage; thinks 1 to 3 s
    HeavyContentUser  mostly jobs and generation; thinks 2 to 5 s
    QuickCheckUser    health checks only, as a probe sends them; every 5 to 10 s
    AdminUser         the usage summary; every 5 to 10 s

Each user with an account registers and logs in at its start and deletes the account with all its
jobs at its end. Credentials come from LA_FACTORIA_API_KEY, ADMIN_EMAIL and ADMIN_PASSWORD; the
defaults are those of the demo target (`lftui demo --serve`). See `_la_factoria.py`.

    locust -f locustfiles/main.py --headless -u 20 -r 2 -t 2m -H http://127.0.0.1:8000

Tags: health, jobs, content, usage, admin, slow.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Any

from _la_factoria import (
    CONTENT_TYPES,
    GENERATE,
    HEALTH,
    HEALTHZ,
    JOBS,
    SUMMARY,
    USAGE,
    ApiUser,
    pick_size,
    think,
    unique_topic,
)
from _la_factoria_accounts import AccountUser, AdministratorUser
from locust import tag, task


class JobsUser(AccountUser):
    """Remembers the jobs it made, to look at them again."""

    abstract = True

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.jobs: deque[str] = deque(maxlen=20)

    def add_job(self) -> None:
        job_id = self.create_job(content_type=random.choice(CONTENT_TYPES), size=pick_size())
        if job_id is not None:
            self.jobs.append(job_id)

    def look_at_job(self) -> None:
        if not self.jobs:
            self.add_job()
        if self.jobs:
            self.job_status(random.choice(self.jobs))

    def generate_new(self, size: str) -> None:
        """Ask for content that nobody asked for before, so that it has to be made."""
        wanted = {
            "topic": unique_topic(),
            "content_type": random.choice(CONTENT_TYPES),
            "size": size,
        }
        self.api("POST", GENERATE, name=GENERATE, json=wanted)


class LaFactoriaUser(JobsUser):
    """The ordinary user."""

    weight = 10
    wait_time = think(1, 3)

    @tag("health")
    @task(2)
    def healthz(self) -> None:
        self.call("GET", HEALTHZ, name=HEALTHZ)

    @tag("health")
    @task(2)
    def api_health(self) -> None:
        self.call("GET", HEALTH, name=HEALTH)

    @tag("jobs")
    @task(4)
    def new_job(self) -> None:
        self.add_job()

    @tag("jobs")
    @task(6)
    def check_job(self) -> None:
        self.look_at_job()

    @tag("jobs")
    @task(4)
    def page_through_jobs(self) -> None:
        """The first page, and the second where there is one."""
        for page in (1, 2):
            path = f"{JOBS}?page={page}&page_size=10"
            answer = self.api("GET", path, name=JOBS)
            if answer.status != 200 or int(answer.body.get("pages", 1)) <= page:
                return

    @tag("jobs")
    @task(1)
    def list_completed_jobs(self) -> None:
        self.api("GET", f"{JOBS}?status=completed&page_size=20", name=JOBS)

    @tag("content", "slow")
    @task(1)
    def generate(self) -> None:
        self.generate_new(pick_size())

    @tag("usage")
    @task(2)
    def own_usage(self) -> None:
        token = self.account.token()
        if token is not None:
            self.api("GET", USAGE.replace("{id}", token.user_id), name=USAGE)


class HeavyContentUser(JobsUser):
    """Makes content, one piece after the other."""

    weight = 2
    wait_time = think(2, 5)

    @tag("jobs")
    @task(5)
    def new_job(self) -> None:
        self.add_job()

    @tag("content", "slow")
    @task(4)
    def generate(self) -> None:
        self.generate_new(random.choice(("medium", "medium", "large")))

    @tag("jobs")
    @task(3)
    def check_job(self) -> None:
        self.look_at_job()


class QuickCheckUser(ApiUser):
    """A probe: needs no account."""

    weight = 2
    wait_time = think(5, 10)

    @tag("health")
    @task(3)
    def healthz(self) -> None:
        self.call("GET", HEALTHZ, name=HEALTHZ)

    @tag("health")
    @task(1)
    def api_health(self) -> None:
        self.call("GET", HEALTH, name=HEALTH)


class AdminUser(AdministratorUser):
    """Watches what everybody uses. All of them share one login."""

    weight = 1
    wait_time = think(5, 10)

    @tag("admin", "usage")
    @task
    def usage_summary(self) -> None:
        self.admin_api("GET", SUMMARY, name=SUMMARY)
