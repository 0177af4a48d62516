"""The search for the capacity: from the trials so far to the next level, or to the end.

It grows until a level breaks, halves where already the first one does, bisects between the highest
level that held and the lowest that did not until they are close enough, and confirms the former
with one more trial. A level counts as held by its interval alone, so noise ends no search.

The target is taken to be monotone: what a level breaks, a higher one breaks as well. Where trials
contradict that, the newer one stands. Pure: neither clock nor I/O.
"""

from __future__ import annotations

from math import floor, log10
from typing import Literal

import msgspec

from lftui.run_state.searched import Ended, Found, Said, Trial
from lftui.shapes import say_level

MOST_TIMES = 4
"""A level that cannot be told is repeated three times, and counts as broken then."""
MOST_TRIALS = 200
"""A search that has not ended by then never will: the target is not the same for long enough."""
SAID: dict[Said, str] = {
    "holds": "held",
    "breaks": "did not hold",
    "unclear": "could not be told",
    "invalid": "was no trial",
}
"""What a trial has said of its level, in words."""
_CONFIRMED = 2
_FLOOR = 1.0

Aim = Literal["grows", "falls", "bisects", "confirms", "by hand"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How is searched: the parameters of the shape, `max` within the target's ceiling."""

    unit: str = "users"
    start: float = 10.0
    growth: float = 0.5
    precision: float = 0.05
    max: float = 1000.0
    at_least: float | None = None


class Search:
    """A search, trial by trial.

    Attributes:
        level: what to try now; once `found` is there, the level to stay at.
        aim: what it is tried for.
        found: what the search has come to; None while it goes on.
        broke: the last level did not hold, so that the target may have to recover.
    """

    def __init__(self, way: Way) -> None:
        self.way = way
        self.level = min(way.start, way.max)
        self.aim: Aim = "grows"
        self.found: Found | None = None
        self.broke = False
        self._held: dict[float, list[Trial]] = {}
        self._broken: dict[float, Trial] = {}
        self._trials = 0

    @property
    def held(self) -> float | None:
        """The highest level that held."""
        return max(self._held, default=None)

    @property
    def broken(self) -> float | None:
        """The lowest level that did not."""
        return min(self._broken, default=None)

    @property
    def breaks(self) -> float | None:
        """The lowest level that broke a limit beyond noise."""
        return min((at for at, one in self._broken.items() if one.said == "breaks"), default=None)

    def go_to(self, level: float) -> None:
        """The operator has set another level: it is the next trial."""
        if self.found is None:
            self.level, self.aim, self.broke = level, "by hand", False

    def choose_again(self) -> None:
        """What comes next by the trials so far, once more: the operator had wanted to stay."""
        if self.found is None:
            self._choose()

    def take(self, trial: Trial) -> None:
        """Take a trial that is over, and choose what comes next."""
        if self.found is not None:
            return
        self._trials += 1
        self.broke = trial.said != "holds"
        if trial.said == "invalid":
            self._end("inconclusive", f"at {self.say(trial.level)} {trial.why}")
            return
        if trial.said == "holds":
            self._held.setdefault(trial.level, []).append(trial)
            self._broken = {at: one for at, one in self._broken.items() if at > trial.level}
        elif trial.few and self.broken is None and trial.level < self.way.max:
            # A load too small to be judged says nothing against a larger one.
            self._try(self._grown(trial.level), "grows")
            return
        else:
            self._broken[trial.level] = trial
            self._held = {at: ones for at, ones in self._held.items() if at < trial.level}
        if trial.few and self.held is None:
            said = f"the responses at {self.say(trial.level)} are too few to judge it by"
            self._end("inconclusive", f"{said}; let a level last longer (step=)")
        elif self._trials >= MOST_TRIALS:
            self._end("inconclusive", f"{MOST_TRIALS} trials did not agree with one another")
        else:
            self._choose()

    def give_up(self, why: str) -> None:
        """Something else ends the search."""
        if self.found is None:
            self._end("inconclusive", why)

    def say(self, level: float) -> str:
        """A level in words."""
        return say_level(self.way.unit, level)

    # --- what comes next -----------------------------------------------------------------------

    def _choose(self) -> None:
        low, high = self.held, self.broken
        if low is None and high is None:
            self._try(min(self.way.start, self.way.max), "grows")
        elif low is None:
            self._fall(high or 0.0)
        elif high is None:
            if low < self.way.max:
                self._try(self._grown(low), "grows")
            else:
                self._confirm(low, "at_least", "the highest level that was to be tried holds")
        elif (middle := self._between(low, high)) is not None:
            self._try(middle, "bisects")
        else:
            self._confirm(low, "found", "")

    def _try(self, level: float, aim: Aim) -> None:
        self.level, self.aim = level, aim

    def _fall(self, high: float) -> None:
        """Even the lowest level so far did not hold."""
        floor_ = min(_FLOOR, self.way.start)
        if high > floor_:
            self._try(max(floor_, self._round(high / 2)), "falls")
        elif self._broken[high].said == "unclear":
            self._end("inconclusive", f"not even {self.say(high)} could be told")
        else:
            self._end("none", f"even {self.say(high)} broke a limit")

    def _grown(self, low: float) -> float:
        higher = self._round(low * (1.0 + self.way.growth))
        if self.way.unit == "users":
            higher = max(higher, low + 1)
        return min(higher, self.way.max)

    def _between(self, low: float, high: float) -> float | None:
        """A level between the two that is worth a trial."""
        wanted = self.way.at_least
        if high > low * (1.0 + self.way.precision):
            middle = self._round((low + high) / 2)
            if low < middle < high:
                return middle
        # Whether there is as much as there should be is not left to the precision.
        return wanted if wanted is not None and low < wanted < high else None

    def _confirm(self, low: float, ended: Ended, why: str) -> None:
        if len(self._held[low]) < _CONFIRMED:
            self._try(low, "confirms")
        else:
            self._end(ended, why or f"within {100 * self.way.precision:g} %")

    def _round(self, level: float) -> float:
        if self.way.unit == "users":
            return float(round(level))
        digits = 2 - floor(log10(level)) if level > 0 else 0
        return round(level, digits)

    # --- the end -------------------------------------------------------------------------------

    def _end(self, ended: Ended, why: str) -> None:
        low, high = self.held, self.broken
        best = self._held[low][-1] if low is not None else None
        found = Found(
            ended=ended,
            unit=self.way.unit,
            level=low,
            rps=best.rps if best is not None else None,
            rps_low=best.rps_low if best is not None else None,
            rps_high=best.rps_high if best is not None else None,
            broken=high,
            broken_why=_broken_why(self._broken[high]) if high is not None else "",
            breaks=self.breaks,
            why=why,
        )
        self.found = msgspec.structs.replace(found, sentence=sentence(found))
        if low is not None:
            self.level = low


def _broken_why(trial: Trial) -> str:
    if trial.said == "unclear":
        return f"it could not be told in {trial.times} steps, which counts as broken: {trial.why}"
    return trial.why


# --- in words ------------------------------------------------------------------------------------


def sentence(found: Found) -> str:
    """`capacity: 140 users, 310 rps (302 to 318); at 160 users p95 2.31 s broke the limit 2 s`."""
    broken = ""
    if found.broken is not None:
        broken = f"; at {say_level(found.unit, found.broken)} {found.broken_why}"
    if found.level is None:
        if found.ended == "none" and found.broken is not None:
            return f"no capacity: even at {say_level(found.unit, found.broken)} {found.broken_why}"
        return f"the capacity was not found: {found.why}"
    held = f"{say_level(found.unit, found.level)}, {rps_said(found)}"
    if found.ended == "found":
        return f"capacity: {held}{broken}"
    if found.ended == "at_least":
        return f"capacity: at least {held}; {found.why}, so it may be more"
    return f"the capacity was not found: {found.why}; the highest level that held: {held}"


def rps_said(one: Found | Trial) -> str:
    """`310 rps (302 to 318)`."""
    if one.rps is None:
        return "? rps"
    digits = 0 if one.rps >= 100 else 1 if one.rps >= 10 else 2
    if one.rps_low is None or one.rps_high is None:
        return f"{one.rps:.{digits}f} rps"
    return f"{one.rps:.{digits}f} rps ({one.rps_low:.{digits}f} to {one.rps_high:.{digits}f})"
