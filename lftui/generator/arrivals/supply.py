"""How many users an open workload has: added when none is free, taken away when they are idle."""

from __future__ import annotations

import logging
import math
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import gevent

from lftui.generator.arrivals.pool import BORN_AT, HAS_COME, Pool

LOOK_EVERY_S = 0.1
RESERVE_S = 0.2
"""So many seconds of arrivals, and those of the time that a user takes to begin, find a free user
even if nobody comes back meanwhile."""
_START_LIMIT_S = 3.0
_GROWTH = 0.02  # of the arrivals of a second, in each look: no storm of users that sign in
IDLE_S = 5.0
_BATCH = 20
_BREATH_S = 0.001  # between batches: making users must not hold up arrivals
_STILLBORN_S = 2.0

logger = logging.getLogger("lftui.generator")


class Supply:
    """The users of all classes.

    Args:
        runner: Locust's, which makes users.
        rate: the iterations a second of the next moments.
    """

    def __init__(self, runner: Any, pools: Sequence[Pool], rate: Callable[[], float]) -> None:
        self._runner = runner
        self._pools = pools
        self._rate = rate
        self._loop = gevent.get_hub().loop
        self._looked_for_idle = time.monotonic()
        self._failed = ""
        self.most = 0

    @property
    def wanted(self) -> int:
        """The users that there should be."""
        return min(sum(map(self._wanted, self._pools)), self.most)

    @property
    def is_ready(self) -> bool:
        """Whether the first arrivals will find free users."""
        free = sum(pool.free for pool in self._pools)
        return free >= min(sum(map(self._reserve, self._pools)), self.most)

    def look(self) -> None:
        """Add users where some are missing, take some away where they have been idle."""
        for pool in self._pools:
            pool.note_free()
        self._add()
        now = time.monotonic()
        if now - self._looked_for_idle >= IDLE_S:
            self._looked_for_idle = now
            for pool in self._pools:
                idle = pool.forget_least() - (self._wanted(pool) - pool.busy)
                pool.send_away(math.ceil(idle / 2), self._loop)

    def _reserve(self, pool: Pool, start_s: float = 0.0) -> int:
        return math.ceil(self._rate() * pool.share * (RESERVE_S + start_s)) + 1

    def _wanted(self, pool: Pool) -> int:
        start_s = min(pool.start_s, _START_LIMIT_S)
        return pool.busy + len(pool.waiting) + self._reserve(pool, start_s)

    def _missing(self, pool: Pool) -> int:
        """Users to be made now: those that arrivals need at once, and of the others a few."""
        at_once = pool.busy + len(pool.waiting) + self._reserve(pool) - pool.users
        few = math.ceil(self._rate() * pool.share * _GROWTH)
        return max(at_once, min(self._wanted(pool) - pool.users, few), 0)

    def _add(self) -> None:
        missing = {pool: self._missing(pool) for pool in self._pools}
        room = self.most - sum(pool.users for pool in self._pools)
        if sum(missing.values()) > room:
            self._make_room(missing)
        while room > 0 and any(missing.values()):
            # In turn, so that one class that is short of users does not take all that is left.
            for pool in [one for one in self._pools if missing[one]]:
                users = min(missing[pool], _BATCH, room)
                if users and not self._spawn(pool, users):
                    missing[pool] = users
                missing[pool] -= users
                room -= users
            gevent.sleep(_BREATH_S)

    def _make_room(self, missing: dict[Pool, int]) -> None:
        """There are as many as there may be: idle users of one class, but for one, make room for
        another's."""
        if not any(pool.waiting for pool in self._pools):
            return
        for pool in self._pools:
            if not missing[pool]:
                pool.send_away(pool.free - 1, self._loop)

    def _spawn(self, pool: Pool, users: int) -> bool:
        """Make users; False where the class is to be left alone for now."""
        if time.monotonic() - pool.stillborn_at < _STILLBORN_S:
            return False  # they end before they have done anything: no storm of new ones
        if not pool.is_proven:
            users = min(users, _BATCH - pool.users)
        if users <= 0:
            return False
        try:
            new = self._runner.spawn_users({pool.name: users})
        except Exception as error:
            pool.stillborn_at = time.monotonic()
            if str(error) != self._failed:
                self._failed = str(error)
                logger.error("users cannot be made:\n%s", traceback.format_exc())
            return False
        pool.users += len(new)
        now = time.monotonic()
        for user in new:
            vars(user)[BORN_AT] = now
            user.greenlet.link(_Farewell(pool, user))
        return True


class _Farewell:
    """Counts a user that has ended."""

    __slots__ = ("_pool", "_user")

    def __init__(self, pool: Pool, user: Any) -> None:
        self._pool = pool
        self._user = user

    def __call__(self, greenlet: Any) -> None:
        self._pool.users -= 1
        if not hasattr(self._user, HAS_COME):
            self._pool.stillborn_at = time.monotonic()
