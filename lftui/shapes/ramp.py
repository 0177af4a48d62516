"""The ramp shape: a straight line up, and optionally a level at its end."""

from __future__ import annotations

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import Given, Kind, Parameter, check_seconds, either, say_users
from lftui.shapes.staged import Staged

_DEFAULT_OVER_S = 300.0


def build(given: Given) -> Shape:
    """Up to `to` users within `over`, then on for `hold`."""
    start = given.users("from", 0)
    to = given.users("to", either(given.asked_users, 100))
    if to <= start:
        raise given.error(
            f"to={to} is not above from={start}; set a higher to= (or -u) or a lower from="
        )
    over_s, hold_s = _lengths(given, to - start)
    sentence = f"ramp: from {start} to {say_users(to)} in {say_duration(over_s)}"
    if hold_s:
        sentence += f", then {say_duration(hold_s)} at {to}"
    sentence += f", {say_duration(over_s + hold_s)} in all"
    return Staged("ramp", _stages(start, to, over_s, hold_s), sentence, "over")


def _stages(start: int, to: int, over_s: float, hold_s: float) -> list[Stage]:
    if not start:
        return [Stage(to, to / over_s, over_s + hold_s)]
    # The first users come at once: within a second, and within a tenth of a short ramp.
    begin_s = min(1.0, over_s / 10)
    rest_s = over_s - begin_s
    return [
        Stage(start, start / begin_s, begin_s),
        Stage(to, (to - start) / rest_s, rest_s + hold_s),
    ]


def _lengths(given: Given, rise: int) -> tuple[float, float]:
    """The seconds of the ramp and of the level after it."""
    over_s = given.seconds("over", None)
    hold_s = given.seconds("hold", None, zero=True)
    rate, time_s = given.rate("rate", None), given.asked_time_s
    if over_s is not None and rate is not None:
        raise given.error("over= and rate= both say how steep it is; give one of them")
    if over_s is None and rate is None:
        if time_s is not None:
            return _within(given, time_s, either(hold_s, 0.0))
        rate = given.asked_rate
    if over_s is None:
        over_s = _DEFAULT_OVER_S if rate is None else rise / rate
        check_seconds(f"the shape 'ramp': the ramp at a rate of {rate}", over_s)
    if hold_s is None:
        hold_s = max(0.0, time_s - over_s) if time_s is not None else 0.0
    return over_s, hold_s


def _within(given: Given, time_s: float, hold_s: float) -> tuple[float, float]:
    if hold_s >= time_s:
        raise given.error(
            f"hold={say_duration(hold_s)} leaves nothing of -t {say_duration(time_s)} for the "
            "ramp; set over=, a shorter hold= or a longer -t"
        )
    return time_s - hold_s, hold_s


KIND = Kind(
    "ramp",
    "a straight line up, to see where it breaks",
    (
        Parameter("from", "users", "0", "users at the begin, started within a second"),
        Parameter("to", "users", "-u, or 100", "users at the end of the ramp"),
        Parameter("over", "duration", "-t less hold, or by the rate, or 5m", "the ramp's length"),
        Parameter("rate", "rate", "-r without over and -t", "users a second, instead of over"),
        Parameter("hold", "duration", "what -t leaves, or 0", "how long to stay at the end"),
    ),
    build,
)
