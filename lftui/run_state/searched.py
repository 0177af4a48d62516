"""The search for the capacity: what it tries now, its trials, and what it has found."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from lftui.records import Marked

WHO = "capacity search"
"""Who sets the levels of a search, in marks."""
Said = Literal["holds", "breaks", "unclear", "invalid"]
"""Of a level: the limits hold by their intervals; one is broken by its interval; neither could be
told in all the time that a level gets; it was no trial (the generator was the bottleneck, or the
level was not reached)."""
Ended = Literal["found", "at_least", "none", "inconclusive"]
"""A capacity that is known from both sides; the highest level to be tried holds; the lowest one
breaks; it cannot be told."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A level that was tried, by its settled figures.

    Attributes:
        level: users, or iterations a second.
        aim: what it was tried for: `grows`, `falls`, `bisects`, `confirms`, `by hand`.
        why: the figure that decided, in a sentence.
        times: how many step lengths it took.
        few: it could not be told for want of responses alone: none of them speaks against it.
        measured_s: seconds of load that it stands on, from `began_s` to `ended_s` (monotonic).
        rps, rps_low, rps_high: completed requests a second, with its interval.
        rule: the limit that decided; `value`, `low` and `high` the figure with its interval.
    """

    number: int
    level: float
    said: Said
    aim: str = ""
    why: str = ""
    times: int = 1
    few: bool = False
    measured_s: float = 0.0
    began_s: float = 0.0
    ended_s: float = 0.0
    requests: int = 0
    rps: float | None = None
    rps_low: float | None = None
    rps_high: float | None = None
    error_ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    rule: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    limit: float | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search has come to.

    Attributes:
        unit: `users` or `rate`.
        level: the highest level that held; a capacity only where `ended` is `found` or `at_least`.
        rps, rps_low, rps_high: completed requests a second there, with its interval.
        broken: the lowest level that did not hold; None where none was met.
        broken_why: what broke there, in a sentence.
        breaks: the lowest level that broke a limit beyond noise: the true capacity is below it.
        why: why the search ended.
        sentence: all of it, for people.
    """

    ended: Ended
    unit: str = "users"
    level: float | None = None
    rps: float | None = None
    rps_low: float | None = None
    rps_high: float | None = None
    broken: float | None = None
    broken_why: str = ""
    breaks: float | None = None
    why: str = ""
    sentence: str = ""

    @property
    def is_capacity(self) -> bool:
        """Whether it says how much the target carries."""
        return self.ended in ("found", "at_least") and self.level is not None


class OnTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The level that is tried now. It is judged `step_s` seconds after `since_s` (monotonic), and
    not before it has settled where that is None."""

    number: int
    level: float
    aim: str = ""
    times: int = 1
    step_s: float = 0.0
    since_s: float | None = None


_Kind = TypeVar("_Kind", Trial, Found, OnTrial)


class SearchFacts(msgspec.Struct):
    """Folded from the marks `capacity`.

    Attributes:
        now: what is tried; None before the first level and after the end.
        ignored: the operator did not want the level that was proposed last.
    """

    now: OnTrial | None = None
    trials: list[Trial] = []
    found: Found | None = None
    ignored: bool = False

    def on_mark(self, marked: Marked) -> None:
        """Take a mark of this type; one that cannot be read changes nothing."""
        facts = marked.facts
        if (now := _read(facts.get("now"), OnTrial)) is not None:
            self.now, self.ignored = now, False
        if (trial := _read(facts.get("trial"), Trial)) is not None:
            self.trials.append(trial)
        if (found := _read(facts.get("found"), Found)) is not None:
            self.found, self.now = found, None
        if isinstance(facts.get("ignored"), bool):
            self.ignored = bool(facts["ignored"])


def _read(value: object, kind: type[_Kind]) -> _Kind | None:
    if value is None:
        return None
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:  # a journal from elsewhere
        return None
