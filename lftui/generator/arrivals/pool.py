"""The users of one class under an open workload: who is free, and what waits for one."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from gevent.hub import Waiter
from locust import User

_NEWEST = 0.2  # the part of a new reading in an average
BORN_AT = "lftui_born_at"
"""An attribute of users that have not come that far: when they were made."""
HAS_COME = "lftui_in_iteration"
"""An attribute of users that have come to wait for their first arrival: whether they are in an
iteration."""


class Pool:
    """The users of one class.

    Attributes:
        name: of the class.
        share: its part of the arrivals.
        users: those that there are, in `on_start` and `on_stop` as well.
        busy: those in an iteration.
        waiting: arrivals that wait for a user: when they were due, in monotonic seconds.
        least_free: the fewest free users since `forget_least`.
        stillborn_at: when a user last ended before it waited for its first arrival.
        is_proven: one has come that far.
        start_s: how long a user takes to come that far; `on_start` may sign in.
    """

    def __init__(self, user_class: type[User], share: float) -> None:
        self.user_class = user_class
        self.name = user_class.__name__
        self.share = share
        self.users = 0
        self.busy = 0
        self.waiting: deque[float] = deque()
        self._free: OrderedDict[User, Any] = OrderedDict()
        self.least_free = 0
        self.stillborn_at = float("-inf")
        self.is_proven = False
        self.start_s = 0.0

    def took_to_start(self, seconds: float) -> None:
        """A user has come to its first arrival."""
        self.is_proven = True
        self.start_s += (seconds - self.start_s) * _NEWEST

    @property
    def free(self) -> int:
        """Users that wait for an arrival."""
        return len(self._free)

    def wait(self, user: User) -> float | None:
        """Wait for an arrival, in the user's greenlet; when it was due. None: the user is to go."""
        waiter: Any = Waiter()
        self._free[user] = waiter
        try:
            due: float | None = waiter.get()
            return due
        finally:
            self._free.pop(user, None)

    def hand(self, due: float) -> bool:
        """Let the user that has been free for longest begin; whether there is one. Only in the
        hub, which the user takes over until it waits for something."""
        if not self._free:
            return False
        _, waiter = self._free.popitem(last=False)
        waiter.switch(due)
        return True

    def send_away(self, users: int, loop: Any) -> None:
        """Let free users end."""
        for _ in range(min(users, len(self._free))):
            _, waiter = self._free.popitem(last=False)
            loop.run_callback(waiter.switch, None)

    def drop(self, before: float) -> int:
        """Give up the arrivals that were due before this; how many."""
        dropped = 0
        while self.waiting and self.waiting[0] < before:
            self.waiting.popleft()
            dropped += 1
        return dropped

    def note_free(self) -> None:
        """Remember the fewest that were free."""
        self.least_free = min(self.least_free, len(self._free))

    def forget_least(self) -> int:
        """The fewest free users since the last call."""
        least, self.least_free = self.least_free, len(self._free)
        return least
