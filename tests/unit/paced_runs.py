"""Runs of a closed workload whose users have a pacing, or think, with a target that stood still."""

from __future__ import annotations

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.records import Loaded, UserClassFact
from tests.unit.strategies import Play, Sent

USERS = 20
PACING_S = 0.2


class PacedPlay(Play):
    """20 users of a class, of which each has an iteration every 0.2 s; one request each."""

    def __init__(self, *rules: str, pacing_s: float | None = PACING_S) -> None:
        thresholds = written([parse_threshold(rule) for rule in rules]) if rules else None
        # A time of its own: a chart knows the percentiles of a moment that it has drawn.
        super().__init__(settle_s=1.0, began=80_000.0, thresholds=thresholds)
        self.pacing_s = pacing_s
        classes = [UserClassFact("Paced", pacing_s=pacing_s), UserClassFact("Free", chosen=False)]
        self.say(Loaded(files=["main.py"], user_classes=classes))
        self.page = self.endpoint("/page", user_class="Paced")

    def second(self, *, ms: float = 20.0, done: int = 100, more: list[Sent] | None = None) -> None:
        """A second in which so many iterations were done."""
        sent = [Sent(self.page, int(ms * 1000))] * done + (more or [])
        iterations = {"Paced": len(sent)} if self.pacing_s is not None and sent else {}
        self.tick(sent, users=USERS, iterations=iterations, last_response=self.now + 0.9)


def stalled(*rules: str, pacing_s: float | None = PACING_S, seconds: int = 10) -> PacedPlay:
    """A minute and a half, in its middle some seconds in which no answer comes."""
    play = PacedPlay(*rules, pacing_s=pacing_s)
    for _ in range(40):
        play.second()
    for _ in range(seconds):
        play.second(done=0)
    play.second(done=80, more=[Sent(play.page, seconds * 1_000_000)] * USERS)
    for _ in range(39):
        play.second()
    play.finish()
    return play
