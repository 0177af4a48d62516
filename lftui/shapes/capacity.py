"""The capacity shape: a search for the highest load at which the limits hold.

The shape itself asks for nothing: it is a level that is set from outside, as `manual` is. What the
next level is follows from how the one before did (`lftui.judge.steps.search`).
"""

from __future__ import annotations

import re
from math import floor, isfinite, log

from lftui.plan import PlanError, say_duration
from lftui.shapes.base import Goal, Limited, Shape, Unit
from lftui.shapes.parameters import Given, Kind, Parameter, either, say_users
from lftui.shapes.rates import say_arrival_rate, say_number

_UNITS: tuple[Unit, ...] = ("users", "rate")
_START, _MAX = 10.0, 1000.0
_STEP_S, _LEAST_STEP_S = 30.0, 2.0
_SHARE = re.compile(r"(?P<number>[0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(?P<percent>%?)")
_PREVIEWED = 12


class Capacity(Shape):
    """A search: what it is to find out, and how.

    Attributes:
        unit: what a level is a number of: users, or iterations a second of an open workload.
        start: the first level.
        growth: by which share a level is higher than the one before, as long as all hold.
        step_s: seconds of settled load by which a level is judged.
        precision: the search ends when the lowest level that broke is higher than the highest that
            held by at most this share.
        max: no higher level is tried; `max_given` says whether somebody wanted it so.
        hold: the limits, as they were written; empty for the run's critical ones.
        at_least: the capacity that there should be; None where nobody asks for one.
        auto: it goes on by itself also where a console is.
        spawn_rate: users started or stopped a second; None for what fits the change.
    """

    name = "capacity"
    keeps_time = False

    def __init__(self, given: Given) -> None:
        """What was given, checked.

        Raises:
            PlanError: a search with these parameters cannot work.
        """
        self.unit: Unit = _unit(given)
        self.spawn_rate = given.rate("rate", given.asked_rate)
        self.step_s = given.seconds("step", _STEP_S)
        self.growth = _share(given, "growth", 0.5, (0.1, 10.0))
        self.precision = _share(given, "precision", 0.05, (0.01, 1.0))
        self.max_given = given.has("max") or (
            self.unit == "users" and given.asked_users is not None
        )
        asked = given.asked_users if self.unit == "users" else None
        self.max = _level(given, self.unit, "max", float(either(asked, _MAX)))
        self.start = _level(given, self.unit, "start", min(_START, self.max))
        self.at_least = _level(given, self.unit, "at_least", 0.0) if given.has("at_least") else None
        self.hold = _limits(given)
        self.auto = _yes(given, "auto")
        self._check(given)

    def _check(self, given: Given) -> None:
        if self.step_s < _LEAST_STEP_S:
            raise given.error(
                f"step={say_duration(self.step_s)} is too short to judge a level by; "
                f"write {say_duration(_LEAST_STEP_S)} or more"
            )
        if self.start > self.max:
            raise given.error(
                f"start={self.start:g} is above max={self.max:g}; lower the one or raise the other"
            )
        if self.at_least is not None and self.at_least > self.max:
            raise given.error(
                f"at_least={self.at_least:g} is above max={self.max:g}, so it is never tried; "
                "raise max="
            )

    def goal(self, t: float) -> Goal | None:
        """Nothing: whoever searches sets the level."""
        rate = 0.0 if self.unit == "rate" else None
        return Goal(0, either(self.spawn_rate, 1.0), rate=rate)

    def users(self, t: float) -> int | None:
        """The users at `t` if every level held: the search at its quickest."""
        return int(self._ladder(t)) if self.unit == "users" else 0

    def rate(self, t: float) -> float | None:
        """The rate at `t` if every level held."""
        return self._ladder(t) if self.unit == "rate" else None

    def _ladder(self, t: float) -> float:
        steps = min(floor(max(0.0, t) / self.step_s), self._steps())
        return min(self.max, self.start * (1.0 + self.growth) ** steps)

    def _steps(self) -> int:
        """So many times it grows at most."""
        return 1 + floor(log(self.max / self.start) / log(1.0 + self.growth))

    def sentence(self) -> str:
        """The shape in one sentence."""
        limits = " and ".join(self.hold) if self.hold else "the critical limits"
        first = say_level(self.unit, self.start)
        said = (
            f"capacity: searches from {first} for the highest level that holds {limits}, "
            f"{say_duration(self.step_s)} a level, up to {say_number(self.max)}"
        )
        if self.at_least is None:
            return said
        return f"{said}; there should be {say_level(self.unit, self.at_least)}"

    @property
    def peak(self) -> int:
        """The most users that are tried; none where the level is a rate."""
        return int(self.max) if self.unit == "users" else 0

    @property
    def peak_rate(self) -> float:
        """The highest rate that is tried; none where the level is users."""
        return self.max if self.unit == "rate" else 0.0

    def preview_s(self) -> float:
        """Until the highest level, or the first so many."""
        return self.step_s * min(_PREVIEWED, self._steps() + 1)


def keep_within(shape: Shape | None, max_users: int | None, max_rps: float | None) -> None:
    """Let a search for which nobody said how far it may go stay within the target's ceilings.

    Any other shape, and a `max` that was given, are as they are: the plan refuses what is over.

    Raises:
        PlanError: the capacity that there should be is beyond them.
    """
    inner = shape.shape if isinstance(shape, Limited) else shape
    if not isinstance(inner, Capacity) or inner.max_given:
        return
    # An iteration is at least one request.
    ceiling = max_users if inner.unit == "users" else max_rps
    if ceiling:
        inner.max = min(inner.max, float(ceiling))
        inner.start = min(inner.start, inner.max)
    if inner.at_least is not None and inner.at_least > inner.max:
        raise PlanError(
            f"the shape '{inner.name}': at_least={say_number(inner.at_least)} is over this "
            f"target's ceiling of {say_number(inner.max)}, so it is never tried; lower at_least="
        )


def say_level(unit: str, level: float) -> str:
    """A level in words: `40 users`, `12.5 iterations a second`."""
    return say_users(round(level)) if unit == "users" else say_arrival_rate(level)


def build(given: Given) -> Shape:
    """The search."""
    return Capacity(given)


# --- reading its parameters ----------------------------------------------------------------------


def _unit(given: Given) -> Unit:
    text = given.text("unit", "users")
    for unit in _UNITS:
        if text == unit:
            return unit
    raise PlanError(f"{given.where('unit')} is no unit of load; write users or rate")


def _level(given: Given, unit: Unit, key: str, default: float) -> float:
    if unit == "rate":
        return given.arrival_rate(key, default)
    level = given.users(key, round(default))
    if given.has(key) and level < 1:
        raise PlanError(f"{given.where(key)} is no load; write 1 user or more")
    return float(max(level, 1))


def _share(given: Given, key: str, default: float, bounds: tuple[float, float]) -> float:
    text = given.text(key, None)
    if text is None:
        return default
    found = _SHARE.fullmatch(text)
    share = float(found["number"]) / (100.0 if found["percent"] else 1.0) if found else -1.0
    low, high = bounds
    if not (isfinite(share) and low <= share <= high):
        raise PlanError(
            f"{given.where(key)} is no share that works; write one from {100 * low:g}% "
            f"to {100 * high:g}%, like {100 * default:g}%"
        )
    return share


def _limits(given: Given) -> tuple[str, ...]:
    text = given.text("hold", None)
    if text is None:
        return ()
    limits = tuple(part.strip() for part in text.split(";") if part.strip())
    if not limits:
        raise PlanError(f"{given.where('hold')} holds nothing; write it like p95_ms<2s")
    return limits


def _yes(given: Given, key: str) -> bool:
    text = given.text(key, "no")
    if text not in ("yes", "no"):
        raise PlanError(f"{given.where(key)} is neither yes nor no; write one of them")
    return text == "yes"


KIND = Kind(
    "capacity",
    "searches for the highest load at which the limits hold",
    (
        Parameter("unit", "text", "users", "what a level is: users, or rate (iterations a second)"),
        Parameter(
            "hold", "text", "the critical limits", "what must hold: p95_ms<2s;error_ratio<1%"
        ),
        Parameter("start", "level", "10", "the first level"),
        Parameter("growth", "text", "50%", "how much higher each level is, while all hold"),
        Parameter("step", "duration", "30s", "settled load by which a level is judged"),
        Parameter("precision", "text", "5%", "how far apart what held and what broke may be"),
        Parameter("max", "level", "-u, or 1000", "no higher level is tried"),
        Parameter("at_least", "level", "none", "the run fails where the capacity is lower"),
        Parameter("auto", "text", "no", "yes: in the console, too, it asks nobody"),
        Parameter("rate", "rate", "-r, or a fifth of a step", "users started or stopped a second"),
    ),
    build,
)
