"""Content generation: types and sizes, the cache, jobs followed to their end, long tasks.

    ContentUser         each content type (podcast, summary, flashcards, quiz) in each size
    CacheUser           the cache: hit, miss and bypass; a wrong answer counts as a failure
    ConcurrentJobsUser  several jobs at once, each polled until it is completed
    LongTaskUser        the longest there is: large podcasts, direct and as a job

The time from a job's creation to its completion is a row of its own, `JOB completed`: what a user
waits for, not what one request takes. Served from the cache, a generation is named
`/api/v1/content/generate (cached)`. Each user deletes its account with its jobs at the end.
Settings and their defaults: see `_la_factoria.py`.

    locust -f locustfiles/content_generation.py --headless -u 20 -r 2 -t 5m -H http://127.0.0.1:8000

Tags: content, podcast, summary, flashcards, quiz, cache, jobs, slow.
"""

from __future__ import annotations

import random
import time

import gevent
from _la_factoria import (
    GENERATE,
    GENERATE_CACHED,
    THINK,
    Answer,
    pick_size,
    think,
    unique_topic,
)
from _la_factoria_accounts import AccountUser
from gevent.pool import Group
from locust import tag, task

POLL_S = 0.5 * THINK
GIVE_UP_S = 120.0


class GeneratingUser(AccountUser):
    """Generates content directly, and follows jobs."""

    abstract = True

    def generate(
        self, content_type: str, size: str, *, topic: str = "", cache: str = "miss"
    ) -> Answer:
        """Ask for content; `cache` says what the cache is expected to do."""
        return self.api(
            "POST",
            GENERATE,
            name=GENERATE_CACHED if cache == "hit" else GENERATE,
            json={
                "topic": topic or unique_topic(),
                "content_type": content_type,
                "size": size,
                "use_cache": cache != "bypass",
            },
            require={"cache": cache},
        )

    def follow_job(self, content_type: str, size: str) -> None:
        """Make a job and poll it to its end; reports the whole time as one row."""
        began, wall = time.perf_counter(), time.time()
        job_id = self.create_job(content_type=content_type, size=size)
        if job_id is None:
            return
        problem: Exception | None = None
        while self.job_status(job_id) != "completed":
            if time.perf_counter() - began > GIVE_UP_S:
                problem = TimeoutError(f"the job was not completed in {GIVE_UP_S:g} s")
                break
            gevent.sleep(POLL_S)
        self.environment.events.request.fire(
            request_type="JOB",
            name="completed",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            start_time=wall,
            exception=problem,
            context={},
        )


class ContentUser(GeneratingUser):
    """Every type of content, in sizes as people ask for them."""

    weight = 4
    wait_time = think(1, 4)

    @tag("content", "podcast", "slow")
    @task(2)
    def podcast(self) -> None:
        self.generate("podcast", pick_size())

    @tag("content", "summary")
    @task(4)
    def summary(self) -> None:
        self.generate("summary", pick_size())

    @tag("content", "flashcards")
    @task(3)
    def flashcards(self) -> None:
        self.generate("flashcards", pick_size())

    @tag("content", "quiz")
    @task(3)
    def quiz(self) -> None:
        self.generate("quiz", pick_size())


class CacheUser(GeneratingUser):
    """Checks what the cache does, on topics of its own."""

    weight = 3
    wait_time = think(0.5, 2)
    kept = ""

    @tag("cache", "content")
    @task(6)
    def hit(self) -> None:
        if not self.kept:
            self.keep()
        elif self.generate("summary", "small", topic=self.kept, cache="hit").status != 200:
            self.kept = ""

    @tag("cache", "content")
    @task(2)
    def miss(self) -> None:
        self.keep()

    @tag("cache", "content")
    @task(1)
    def bypass(self) -> None:
        """Asks for what is in the cache, but not from there."""
        self.generate("summary", "small", topic=self.kept, cache="bypass")

    def keep(self) -> None:
        """Have a new topic made; it is then in the cache."""
        topic = unique_topic()
        answer = self.generate("summary", "small", topic=topic)
        self.kept = topic if answer.status == 200 else ""


class ConcurrentJobsUser(GeneratingUser):
    """Hands in a batch and waits for all of it."""

    weight = 2
    wait_time = think(2, 5)

    @tag("jobs", "slow")
    @task
    def batch(self) -> None:
        if self.account.token() is None:
            return
        jobs = Group()
        try:
            for content_type in random.sample(("podcast", "summary", "flashcards", "quiz"), 3):
                jobs.spawn(self.follow_job, content_type, pick_size())
            jobs.join()
        finally:
            jobs.kill()  # a stopped user leaves no poller behind


class LongTaskUser(GeneratingUser):
    """Patient: one large thing at a time."""

    weight = 1
    wait_time = think(5, 10)
    network_timeout = 120.0

    @tag("content", "podcast", "slow")
    @task(2)
    def large_podcast(self) -> None:
        self.generate("podcast", "large", cache="bypass")

    @tag("jobs", "podcast", "slow")
    @task(1)
    def large_job(self) -> None:
        self.follow_job("podcast", "large")
