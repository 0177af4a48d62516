"""Runs of an open workload, for tests of what is folded, judged and shown of them."""

from __future__ import annotations

from typing import Any

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.records import Arrivals, Loaded, UserClassFact
from tests.unit.strategies import Play, Sent

MOST = 20
_BEGAN = 90_000.0


class OpenPlay(Play):
    """An open workload, second by second: `rate` iterations are due, each one request."""

    def __init__(self, *rules: str, plan: dict[str, Any] | None = None, **started: Any) -> None:
        plan = {
            "open_workload": {"arrivals": "even", "max_users": MOST},
            "shape": "rate-stages", "given_rate": None, **(plan or {}),
        }  # fmt: skip
        thresholds = written([parse_threshold(rule) for rule in rules]) if rules else None
        # A time of its own: a chart knows the percentiles of a moment that it has drawn.
        super().__init__(
            settle_s=1.0, plan=plan, began=_BEGAN, thresholds=thresholds,
            shape="50 iterations a second for 30s", **started,
        )  # fmt: skip
        self.waiting = 0
        self.say(Loaded(files=["main.py"], user_classes=[UserClassFact("Reader")]))

    def reach(self, rate: float) -> None:
        """The shape wants another rate: a mark, and a second on the way there."""
        self.mark("stage", old_rate=0.0, new_rate=rate, who="shape", stage=0)
        self.arrive(rate, state="spawning")

    def arrive(
        self,
        rate: float,
        *,
        started: int | None = None,
        dropped: int = 0,
        late_ms: float = 0.0,
        ms: float = 20.0,
        failed: int = 0,
        **status: Any,
    ) -> None:
        """A second in which `started` of the `rate` iterations that were due began, each `late_ms`
        after its time; what neither began nor was dropped waits."""
        endpoint = self.endpoint("/r", user_class="Reader")
        due = round(rate)
        started = due if started is None else started
        self.waiting = max(0, self.waiting + due - started - dropped)
        busy = MOST if self.waiting else min(MOST, max(1, round(rate * ms / 1000)))
        users = max(busy, 5)
        us, late_us = int(ms * 1000), int(late_ms * 1000)
        sent = [Sent(endpoint, us, late_us=late_us)] * (started - failed)
        sent += [Sent(endpoint, us, failed=True)] * failed
        self.tick(
            sent,
            arrivals=Arrivals(
                rate, due=due, started=started, late=started if late_ms >= 50 else 0,
                dropped=dropped, waiting=self.waiting, busy=busy, free=users - busy, most=MOST,
            ),
            **{"users": users, "target": users, "last_response": self.now + 0.9, **status},
        )  # fmt: skip


def kept(*rules: str, **options: Any) -> OpenPlay:
    """Two plateaus whose rates were reached, 50/s for 20 s and 80/s for 20 s."""
    play = OpenPlay(*rules, **options)
    for rate in (50, 80):
        play.reach(rate)
        for _ in range(20):
            play.arrive(rate, ms=20 + rate / 10)
    play.finish()
    return play


def with_an_outage(*rules: str, seconds: int = 10) -> OpenPlay:
    """50/s for a minute, with an outage in the middle: all users wait for an answer, arrivals wait
    for a user, some are given up, the others begin late when the target is back."""
    play = OpenPlay(*rules)
    play.reach(50)
    for _ in range(25):
        play.arrive(50)
    play.arrive(50, started=20)
    for second in range(seconds - 1):
        play.arrive(50, started=0, dropped=0 if second < 4 else 50)
    endpoint = play.endpoint("/r", user_class="Reader")
    stuck = [Sent(endpoint, seconds * 1_000_000)] * 20
    waited = [Sent(endpoint, 20_000, late_us=(n + 1) * 20_000) for n in range(play.waiting)]
    found = Arrivals(
        50.0, due=50, started=len(waited) + 50, late=len(waited), busy=MOST, most=MOST
    )  # fmt: skip
    play.waiting = 0
    now = [Sent(endpoint, 20_000)] * 50
    play.tick([*stuck, *waited, *now], users=MOST, arrivals=found, last_response=play.now + 0.9)
    for _ in range(24):
        play.arrive(50)
    play.finish()
    return play
