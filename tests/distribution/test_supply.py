"""How many users an open workload has, and when they are made."""

from __future__ import annotations

from typing import Any

import pytest
from locust import User

from lftui.generator.arrivals import supply as module
from lftui.generator.arrivals.pool import Pool
from lftui.generator.arrivals.supply import Supply


class Visitor(User):
    """A class of users."""


class Admin(User):
    """Another one."""


class Made:
    """A user that was made, and its greenlet; also what it waits with."""

    def __init__(self) -> None:
        self.greenlet = self

    def link(self, end: Any) -> None:
        """It never ends."""

    def switch(self, due: float | None) -> None:
        """What it waited for is there."""


class Runner:
    """Makes users that are free at once, unless they are said to be `slow`."""

    def __init__(self, *pools: Pool) -> None:
        self.pools = {pool.name: pool for pool in pools}
        self.made: list[int] = []
        self.slow = False

    def spawn_users(self, wanted: dict[str, int]) -> list[Any]:
        [(name, count)] = wanted.items()
        self.made.append(count)
        users = [Made() for _ in range(count)]
        if not self.slow:
            self.pools[name].is_proven = True
            self.pools[name]._free.update({user: user for user in users})  # type: ignore[misc]
        return users


def supply_of(*pools: Pool, rate: float = 100.0, most: int = 1000) -> tuple[Supply, Runner]:
    runner = Runner(*pools)
    supply = Supply(runner, pools, lambda: rate)
    supply.most = most
    return supply, runner


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.gevent, "sleep", lambda seconds: None)


def test_so_many_are_free_as_the_next_moments_need() -> None:
    pool = Pool(Visitor, 1.0)
    pool.is_proven = True
    supply, _ = supply_of(pool)
    supply.look()
    assert pool.users == 21  # of a fifth of a second, and one
    assert supply.is_ready
    pool.busy, pool.waiting = 15, pool.waiting.__class__([0.0] * 30)
    supply.look()
    assert pool.users == 15 + 30 + 21


def test_a_class_is_tried_before_many_are_made() -> None:
    pool = Pool(Visitor, 1.0)
    supply, runner = supply_of(pool, rate=1000.0)
    runner.slow = True
    supply.look()
    supply.look()
    assert pool.users == 20
    pool.took_to_start(0.0)
    supply.look()
    assert pool.users == 201


def test_users_that_take_long_to_begin_are_made_ahead_a_few_at_a_time() -> None:
    pool = Pool(Visitor, 1.0)
    pool.is_proven = True
    supply, runner = supply_of(pool)
    supply.look()
    pool.start_s = 1.0
    for _ in range(5):
        supply.look()
    assert pool.users == 21 + 5 * 2
    for _ in range(200):
        supply.look()
    assert pool.users == supply.wanted == 121
    assert runner.made[0] == 20


def test_there_are_never_more_than_there_may_be_and_idle_ones_make_room() -> None:
    visitors, admins = Pool(Visitor, 0.5), Pool(Admin, 0.5)
    for pool in (visitors, admins):
        pool.is_proven = True
    supply, _ = supply_of(visitors, admins, rate=40.0, most=30)
    admins.busy = 25
    supply.look()
    assert visitors.users + admins.users <= 30
    before = visitors.free
    admins.busy, visitors.busy = 0, 0
    admins.users, visitors.users = 5, 25
    visitors._free.update({one: one for one in (Made() for _ in range(25 - before))})  # type: ignore[misc]
    admins.waiting.extend([0.0] * 50)
    supply.look()
    assert visitors.free == 1


def test_users_that_were_idle_for_a_while_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(Visitor, 1.0)
    pool.is_proven = True
    supply, _ = supply_of(pool)
    pool.waiting.extend([0.0] * 100)
    supply.look()
    assert pool.free == 121
    pool.waiting.clear()
    pool.forget_least()
    now = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.IDLE_S + 1)
    supply.look()
    assert pool.free == 21 + 50
    monkeypatch.setattr(module.time, "monotonic", lambda: now + 2 * module.IDLE_S + 2)
    supply.look()
    assert pool.free == 21 + 25


def test_a_class_whose_users_end_where_they_begin_is_left_alone() -> None:
    pool = Pool(Visitor, 1.0)
    supply, runner = supply_of(pool)
    supply.look()
    pool.users, pool.stillborn_at = 0, module.time.monotonic()
    made = len(runner.made)
    supply.look()
    assert len(runner.made) == made
