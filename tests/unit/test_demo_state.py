"""The demo target's accounts, jobs, cache and quota: what they allow, and that they stay bounded."""

from __future__ import annotations

from collections import Counter

import pytest

from lftui.demo import accounts as accounts_module
from lftui.demo import jobs as jobs_module
from lftui.demo.accounts import FAILURES_PER_WINDOW, LOGINS_PER_WINDOW, WINDOW_S, Accounts
from lftui.demo.content import Cache, key_of, write
from lftui.demo.errors import ApiError
from lftui.demo.jobs import Job, Jobs
from lftui.demo.machine import Quota
from lftui.demo.options import Options
from lftui.demo.service import Service

PASSWORD = "long-enough"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(clock: Clock) -> Accounts:
    return Accounts(token_ttl_s=100.0, clock=clock)


def job(jobs: Jobs, account: str = "me") -> Job:
    return jobs.create(account, "topic", "summary", "small", spread=1.0)


def refused(status: int) -> pytest.RaisesExc[ApiError]:
    return pytest.RaisesExc(ApiError, check=lambda error: error.status == status)


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@c.example", "@c.example", "a@c."])
def test_no_address_no_account(accounts: Accounts, email: str) -> None:
    with refused(400):
        accounts.register(email, PASSWORD)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_bad_password_no_account(accounts: Accounts, password: str) -> None:
    with refused(400):
        accounts.register("a@b.example", password)


def test_one_account_per_address(accounts: Accounts) -> None:
    accounts.register("a@b.example", PASSWORD)
    with refused(400):
        accounts.register(" A@B.example ", PASSWORD)


def test_token_expires(accounts: Accounts, clock: Clock) -> None:
    account = accounts.register("a@b.example", PASSWORD)
    token, life_s, _ = accounts.log_in("a@b.example", PASSWORD, None)
    assert life_s == 100.0
    clock.now += 99.9
    assert accounts.holder(token) is account
    clock.now += 0.1
    with refused(401):
        accounts.holder(token)
    assert accounts.tokens_held == 0


def test_a_shorter_life_may_be_asked_for_a_longer_one_not(accounts: Accounts) -> None:
    accounts.register("a@b.example", PASSWORD)
    assert accounts.log_in("a@b.example", PASSWORD, 1.0)[1] == 1.0
    assert accounts.log_in("a@b.example", PASSWORD, 1e9)[1] == 100.0


def test_token_of_a_deleted_account_is_void(accounts: Accounts) -> None:
    account = accounts.register("a@b.example", PASSWORD)
    token, _, _ = accounts.log_in("a@b.example", PASSWORD, None)
    accounts.remove(account)
    with refused(401):
        accounts.holder(token)


def test_failed_logins_are_limited_for_that_account_only(accounts: Accounts, clock: Clock) -> None:
    accounts.register("a@b.example", PASSWORD)
    for _ in range(FAILURES_PER_WINDOW):
        accounts.limit.check("a@b.example")
        with refused(401):
            accounts.log_in("a@b.example", "wrong-password", None)
    with refused(429) as caught:
        accounts.limit.check("a@b.example")
    assert caught.value.retry_after_s == WINDOW_S
    accounts.limit.check("c@d.example")
    clock.now += WINDOW_S
    accounts.limit.check("a@b.example")


def test_good_logins_are_limited_later(accounts: Accounts) -> None:
    accounts.register("a@b.example", PASSWORD)
    for _ in range(LOGINS_PER_WINDOW):
        accounts.limit.check("a@b.example")
        accounts.log_in("a@b.example", PASSWORD, None)
    with refused(429):
        accounts.limit.check("a@b.example")


def test_expired_tokens_and_old_ones_are_dropped(
    accounts: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts_module, "MAX_TOKENS", 10)
    accounts.register("a@b.example", PASSWORD)
    tokens = [accounts.log_in("a@b.example", PASSWORD, None)[0] for _ in range(25)]
    assert accounts.tokens_held == 10
    accounts.holder(tokens[-1])
    clock.now += 100
    accounts.log_in("a@b.example", PASSWORD, None)
    assert accounts.tokens_held == 1


def test_the_oldest_account_goes_with_its_jobs_never_the_administrator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts_module, "MAX_ACCOUNTS", 3)
    state = Service(Options())
    first = state.register("a@b.example", PASSWORD)
    job(state.jobs, first.id)
    for name in "cdef":
        state.register(f"{name}@b.example", PASSWORD)
    assert [a.email[0] for a in state.accounts.all()] == ["a", "e", "f"]
    assert state.accounts.all()[0].role == "admin"
    assert len(state.jobs) == 0


def test_a_job_moves_on_by_itself(clock: Clock) -> None:
    jobs = Jobs(slots=1, speed=1.0, clock=clock)
    mine = job(jobs)
    seen = [(mine.status(clock.now), mine.progress(clock.now))]
    for moment in (mine.starts, (mine.starts + mine.ends) / 2, mine.ends):
        seen.append((mine.status(moment), mine.progress(moment)))
    assert [status for status, _ in seen] == ["pending", "processing", "processing", "completed"]
    assert [progress for _, progress in seen] == pytest.approx([0, 0, 0.5, 1])


def test_jobs_queue_for_the_runners(clock: Clock) -> None:
    jobs = Jobs(slots=2, speed=1.0, clock=clock)
    first, second, third = (job(jobs) for _ in range(3))
    assert first.starts == second.starts
    assert third.starts == pytest.approx(first.ends)


def test_speed_shortens_jobs(clock: Clock) -> None:
    lengths = []
    for speed in (1.0, 4.0):
        mine = job(Jobs(slots=1, speed=speed, clock=clock))
        lengths.append(mine.ends - clock.now)
    assert lengths[0] == pytest.approx(4 * lengths[1])


def test_a_long_backlog_refuses(clock: Clock) -> None:
    jobs = Jobs(slots=1, speed=1.0, clock=clock)
    with refused(503):
        for _ in range(1000):
            job(jobs)
    taken = len(jobs)
    assert 10 < taken < 1000
    clock.now += 120
    job(jobs)
    assert len(jobs) == taken + 1


def test_jobs_are_private_and_go_with_the_account(clock: Clock) -> None:
    jobs = Jobs(slots=100, speed=1.0, clock=clock)
    mine, other = job(jobs, "me"), job(jobs, "other")
    with refused(404):
        jobs.get("me", other.id)
    assert jobs.newest_first("me", None) == [mine]
    assert jobs.newest_first("me", "completed") == []
    assert jobs.remove_all("me") == 1
    assert len(jobs) == 1


def test_jobs_are_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MAX_JOBS", 12)
    monkeypatch.setattr(jobs_module, "MAX_JOBS_PER_ACCOUNT", 5)
    jobs = Jobs(slots=100, speed=1.0, clock=clock)
    made = [job(jobs, "me") for _ in range(8)]
    assert jobs.newest_first("me", None) == made[:2:-1]
    for n in range(20):
        job(jobs, f"other {n}")
    assert len(jobs) == 12
    assert sum(jobs.by_status().values()) == 12


def test_cache_keeps_what_was_used_last() -> None:
    cache = Cache(limit=2)
    keys = [key_of("quiz", "small", topic) for topic in ("one", "two", "three")]
    cache.put(keys[0], "1")
    cache.put(keys[1], "2")
    assert cache.get(keys[0]) == "1"
    cache.put(keys[2], "3")
    assert [cache.get(key) for key in keys] == ["1", None, "3"]
    assert Counter(hit=cache.hits, miss=cache.misses) == Counter(hit=3, miss=1)


def test_same_topic_same_content() -> None:
    key = key_of("podcast", "large", "  Prime   NUMBERS ")
    assert key == key_of("podcast", "large", "prime numbers")
    assert write(key) == write(key)
    assert len(write(key)) > len(write(key_of("podcast", "small", "prime numbers")))


def test_quota_is_renewed_each_minute(clock: Clock) -> None:
    quota = Quota(2, clock)
    quota.take()
    quota.take()
    clock.now += 20
    with refused(503) as caught:
        quota.take()
    assert caught.value.retry_after_s == 40
    clock.now += 40
    assert quota.remaining == 2
    quota.take()
