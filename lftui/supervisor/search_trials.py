"""The trials of a search: a level settles, the target recovers, it is measured and judged."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.steps.search import MOST_TIMES
from lftui.judge.steps.trial import Judged, Measuring
from lftui.judge.thresholds.threshold import Threshold
from lftui.records import Tick
from lftui.run_state import RunState
from lftui.run_state.searched import OnTrial, Trial

RECOVERS_S = 3.0
"""So long a target has to keep the limits again before the next level."""
_MOST_RECOVERY_S = 90.0
_EPSILON_S = 0.05


class Trials:
    """Follows the ticks of one level after the other.

    Attributes:
        number: of the trial, from 1.
        recovers: the target gets over a level that broke a limit, at a lower one.
        news: the trial was begun, measured from a moment on, or repeated since this was reset.
    """

    def __init__(self, unit: str, step_s: float, settle_s: float) -> None:
        self._unit = unit
        self._step_s = step_s
        self._settle_s = settle_s
        self.number = 0
        self.recovers = False
        self.news = False
        self._times = 1
        self._measuring: Measuring | None = None
        self._settled_s: float | None = None
        self._recovers_until_s = 0.0
        self._held: dict[float, Measuring] = {}

    def begin(self) -> None:
        """The next trial; the level that is on stays settled."""
        self.number += 1
        self._measuring, self._times, self.news = None, 1, True

    def unsettle(self) -> None:
        """The level is another one, or was away: it settles anew, and its figures begin anew."""
        self._measuring, self._settled_s, self._times = None, None, 1

    def recover(self, now_s: float) -> None:
        """Let the target get over it first, at most until a while from now."""
        self.recovers = True
        self._recovers_until_s = now_s + _MOST_RECOVERY_S

    def on_trial(self, level: float, aim: str) -> OnTrial:
        """How far the trial is."""
        measured = self._measuring is not None and not self.recovers
        return OnTrial(
            number=self.number,
            level=level,
            aim=aim,
            times=self._times,
            step_s=self._step_s * self._times,
            since_s=self._measuring.began_s if measured and self._measuring else None,
        )

    def has_settled(self, tick: Tick) -> bool:
        """Whether a tick of a level that runs counts."""
        if self._settled_s is None:
            self._settled_s = tick.end + self._settle_s
            return False
        return tick.start >= self._settled_s - _EPSILON_S

    def has_recovered(
        self, state: RunState, tick: Tick, level: float, rules: Sequence[Threshold]
    ) -> bool:
        """Whether the target keeps the limits again, by a tick of a level that has settled."""
        measuring = self._measuring or Measuring(level, self._unit, tick.start)
        measuring.take(state, tick)
        self._measuring = measuring
        if measuring.covered_s < RECOVERS_S - _EPSILON_S:
            return False
        self._measuring = None
        judged = measuring.judge(state, rules)
        bad = judged.beyond or judged.said in ("breaks", "invalid")
        self.recovers = bad and tick.end < self._recovers_until_s
        return not self.recovers

    def measure(
        self, state: RunState, tick: Tick, level: float, rules: Sequence[Threshold], aim: str
    ) -> Trial | None:
        """Take a tick of a level that has settled; the trial, once it is over."""
        measuring = self._measuring
        if measuring is None:
            measuring = self._measuring = Measuring(level, self._unit, tick.start)
            self.news = True
        measuring.take(state, tick)
        if measuring.covered_s < self._times * self._step_s - _EPSILON_S:
            return None
        judged = measuring.judge(state, rules, self._held.get(level))
        if judged.said == "unclear" and self._times < MOST_TIMES:
            self._times += 1
            self.news = True
            return None
        return self._over(state, measuring, judged, aim)

    def _over(self, state: RunState, measuring: Measuring, judged: Judged, aim: str) -> Trial:
        trial = measuring.trial(state, judged, self.number, aim, self._times)
        if judged.said == "holds":
            self._held[trial.level] = measuring
        else:
            self._held = {at: one for at, one in self._held.items() if at < trial.level}
        self._measuring, self._times = None, 1
        return trial
