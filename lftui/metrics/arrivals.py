"""What became of the iterations of an open workload, over any span of time."""

from __future__ import annotations

from typing import Self

import msgspec


class ArrivalFigures(msgspec.Struct, omit_defaults=True):
    """Arrivals are iterations whose time came, whether or not a user was free for them.

    Attributes:
        covered_s: seconds of the span, for its rates.
        due: arrivals.
        started: iterations that began; one may have been due before the span.
        late: of the started, those that began 50 ms or more after their time.
        dropped: arrivals that found no free user for so long that they were given up.
        short_s: seconds in which arrivals waited while all the users that there may be were busy.
        goal_rate: iterations a second that were wanted at the end of the span.
        waiting: arrivals that waited for a free user at its end; `waiting_max` the most.
        busy_max: the most users in an iteration.
        users_max: the most users, busy or free.
        most: the users that there may be.
    """

    covered_s: float = 0.0
    due: int = 0
    started: int = 0
    late: int = 0
    dropped: int = 0
    short_s: float = 0.0
    goal_rate: float = 0.0
    waiting: int = 0
    waiting_max: int = 0
    busy_max: int = 0
    users_max: int = 0
    most: int = 0

    def add(self, later: Self) -> None:
        """Add the figures of a later span, which stay as they are."""
        self.covered_s += later.covered_s
        self.due += later.due
        self.started += later.started
        self.late += later.late
        self.dropped += later.dropped
        self.short_s += later.short_s
        self.goal_rate, self.waiting = later.goal_rate, later.waiting
        self.waiting_max = max(self.waiting_max, later.waiting_max)
        self.busy_max = max(self.busy_max, later.busy_max)
        self.users_max = max(self.users_max, later.users_max)
        self.most = max(self.most, later.most)

    def copy(self) -> Self:
        """The same figures, to be changed."""
        found = type(self)()
        found.add(self)
        return found

    @property
    def target_rate(self) -> float:
        """Arrivals a second: the rate that was wanted, on average; 0 for no time."""
        return self.due / self.covered_s if self.covered_s > 0 else 0.0

    @property
    def rate(self) -> float:
        """The rate that was reached: iterations begun a second; 0 for no time."""
        return self.started / self.covered_s if self.covered_s > 0 else 0.0

    @property
    def late_ratio(self) -> float:
        """Late iterations per started one, 0..1; 0 without any."""
        return self.late / self.started if self.started else 0.0

    @property
    def dropped_ratio(self) -> float:
        """Given up per arrival, 0..1; 0 without any."""
        return min(1.0, self.dropped / self.due) if self.due else 0.0
