"""Begins the iterations of an open workload at their time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal

import gevent
from locust import TaskSet, User
from locust.exception import StopUser
from locust.user.task import (
    LOCUST_STATE_RUNNING,
    LOCUST_STATE_STOPPING,
    LOCUST_STATE_WAITING,
)

from lftui.generator import iterations
from lftui.generator.arrivals.alarm import Alarm
from lftui.generator.arrivals.counts import Counts
from lftui.generator.arrivals.mix import Mix
from lftui.generator.arrivals.pool import BORN_AT, HAS_COME, Pool
from lftui.generator.arrivals.schedule import Schedule
from lftui.generator.arrivals.supply import LOOK_EVERY_S, Supply
from lftui.plan import PlanError
from lftui.shapes.rate_line import RateLine

LATE_S = 0.05
"""An iteration that begins so long after its time is late: the generator's own scheduling, on a
healthy machine, is far below this."""
GIVE_UP_S = 5.0
"""An arrival for which no user was free for so long is dropped."""
_MOST_AT_ONCE = 2_000
_MOST_WAITING = 100_000
_AHEAD_S = 0.5
_BEGIN_LIMIT_S = 2.0


class Pacer:
    """Hands each arrival to a free user.

    Under it a user waits for arrivals in the place of its `wait_time`. Classes with a fixed count
    are not its business: they run beside, at their own pace.

    Args:
        runner: Locust's.
        user_classes: all of the run's.
        phase: see `Schedule`.

    Raises:
        PlanError: there is nobody to carry out an arrival.
    """

    def __init__(
        self,
        runner: Any,
        user_classes: Sequence[type[User]],
        arrivals: Literal["poisson", "even"],
        phase: float = 0.0,
    ) -> None:
        weights = [(cls, float(cls.weight)) for cls in user_classes if not cls.fixed_count]
        if not weights:
            raise PlanError("all user classes have a fixed_count; a rate needs one without")
        total = sum(weight for _, weight in weights)
        self._pools = {cls: Pool(cls, weight / total) for cls, weight in weights}
        pools = list(self._pools.values())
        self._mix = Mix([(pool, pool.share) for pool in pools], arrivals)
        self._schedule = Schedule(arrivals, time.monotonic(), phase)
        self._supply = Supply(runner, pools, self._rate_ahead)
        self._alarm = Alarm(self._ring)
        self._looking: Any = None
        self._closed = False
        self._wish: tuple[float, float | None] = (0.0, None)
        self._from: float | None = None
        self._began: float | None = None
        self._due = self._started = self._late = self._dropped = 0
        iterations.watch(self)
        _teach_waiting(self)

    # --- the rate --------------------------------------------------------------------------------

    def rate(self) -> float:
        """The iterations a second of this moment."""
        return self._schedule.line.rate(time.monotonic())

    @property
    def is_on_its_way(self) -> bool:
        """Whether the rate has yet to get to where it is wanted."""
        line = self._schedule.line
        return line.target != self._wish[0] or not line.is_there(time.monotonic())

    def go_to(
        self, rate: float, slope: float | None, most: int, start: float | None = None
    ) -> None:
        """Go to a rate, at most `slope` a second, with at most `most` users.

        Args:
            start: the rate to go there from; None for the one of this moment.
        """
        self._supply.most = most
        self._wish = rate, slope
        self._from = start
        if self._began is not None:
            # Arrivals are handed over in the hub only, and those up to now come first.
            gevent.get_hub().loop.run_callback(self._change)
        elif self._looking is None:
            self._looking = gevent.spawn(self._look)  # which begins once the first users are there

    def _change(self) -> None:
        now = time.monotonic()
        self._take_due(now)
        if self._closed:
            return
        rate, slope = self._wish
        here = self._schedule.line.rate(now) if self._from is None else self._from
        self._schedule.change(now, RateLine(now, here, rate, slope))
        self._alarm.set(self._schedule.next)

    def close(self) -> None:
        """The run stops: nothing begins any more. What waits for a user is given up."""
        if self._closed:
            return
        self._closed = True
        self._alarm.close()
        if self._looking is not None:
            self._looking.kill(block=False)
        self._dropped += sum(pool.drop(float("inf")) for pool in self._pools.values())

    def counts(self) -> Counts:
        """What has happened since the last call."""
        pools = self._pools.values()
        busy = sum(pool.busy for pool in pools)
        counts = Counts(
            due=self._due,
            started=self._started,
            late=self._late,
            dropped=self._dropped,
            waiting=sum(len(pool.waiting) for pool in pools),
            busy=busy,
            free=max(sum(pool.users for pool in pools) - busy, 0),
            wanted=self._supply.wanted,
        )
        self._due = self._started = self._late = self._dropped = 0
        return counts

    # --- arrivals --------------------------------------------------------------------------------

    def _ring(self) -> None:
        """In the hub: the next arrival is due."""
        self._take_due(time.monotonic())
        if not self._closed:
            self._alarm.set(self._schedule.next)

    def _take_due(self, now: float) -> None:
        schedule = self._schedule
        taken = 0
        while schedule.next <= now and not self._closed:
            if taken == _MOST_AT_ONCE:
                # More than this process can begin. It must not be kept from all else by trying.
                skipped = schedule.skip(now)
                self._due += skipped
                self._dropped += skipped
                return
            taken += 1
            due = schedule.take()
            self._due += 1
            pool = self._mix.pick()
            if pool.hand(due):
                continue
            if len(pool.waiting) < _MOST_WAITING:
                pool.waiting.append(due)
            else:
                self._dropped += 1

    def _rate_ahead(self) -> float:
        if self._began is None:
            # What the first moments will bring.
            rate, slope = self._wish
            return rate if slope is None else min(slope * _AHEAD_S, rate)
        return self._schedule.line.rate(time.monotonic() + _AHEAD_S)

    # --- users, as a gate of iterations ----------------------------------------------------------

    def begin(self, user: User) -> None:
        """Wait for an arrival."""
        pool = self._pools.get(type(user))
        if pool is None:
            return
        facts = vars(user)
        if HAS_COME not in facts:
            facts[HAS_COME] = False
            now = time.monotonic()
            pool.took_to_start(now - facts.pop(BORN_AT, now))
        if pool.waiting:
            # Tasks that never wait for anything would keep the hub from everything else.
            gevent.sleep(0)
            if user._state == LOCUST_STATE_STOPPING:
                raise StopUser
        due: float | None
        user._state = LOCUST_STATE_WAITING
        due = pool.waiting.popleft() if pool.waiting else pool.wait(user)
        if due is None:
            raise StopUser
        if user._state == LOCUST_STATE_STOPPING:
            pool.waiting.appendleft(due)
            raise StopUser
        user._state = LOCUST_STATE_RUNNING
        late = time.monotonic() - due
        pool.busy += 1
        self._started += 1
        if late >= LATE_S:
            self._late += 1
        facts["lftui_late_us"] = int(late * 1e6)
        facts[HAS_COME] = True

    def end(self, user: User) -> None:
        """It is free again."""
        pool = self._pools.get(type(user))
        if pool is not None:
            pool.busy -= 1
            vars(user)[HAS_COME] = False

    def has(self, name: str) -> bool:
        """Whether users of this class carry out arrivals."""
        return any(pool.name == name for pool in self._pools.values())

    def paces(self, user: User) -> bool:
        """Whether the user's pause is one between iterations, which is an arrival's and not its
        own; in `on_start` and in a task it is."""
        return type(user) in self._pools and not getattr(user, HAS_COME, True)

    def _look(self) -> None:
        looked = time.monotonic()
        while True:
            for pool in self._pools.values():
                self._dropped += pool.drop(time.monotonic() - GIVE_UP_S)
            self._supply.look()
            waited = time.monotonic() - looked
            if self._began is None and (self._supply.is_ready or waited >= _BEGIN_LIMIT_S):
                self._began = time.monotonic()
                gevent.get_hub().loop.run_callback(self._change)
            gevent.sleep(LOOK_EVERY_S)


def _teach_waiting(pacer: Pacer) -> None:
    """The pause between two iterations is the pacer's; one that a task makes itself is its own."""
    usual: Any = TaskSet.wait

    def wait(task_set: TaskSet) -> None:
        user = task_set._user
        if not pacer.paces(user):
            usual(task_set)
        elif user._state == LOCUST_STATE_STOPPING:
            raise StopUser

    TaskSet.wait = wait  # type: ignore[method-assign]
