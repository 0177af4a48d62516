"""The rate-ramp shape: a rate of iterations that rises in a straight line."""

from __future__ import annotations

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import Given, Kind, Parameter, check_seconds, either
from lftui.shapes.rates import say_arrival_rate, say_number
from lftui.shapes.staged import Staged, rate_stage

_DEFAULT_OVER_S = 300.0


def build(given: Given) -> Shape:
    """Up to `to` within `over`, then on for `hold`."""
    start = given.arrival_rate("from", 0.0, zero=True)
    to = given.arrival_rate("to", 100.0)
    if to <= start:
        raise given.error(
            f"to={say_number(to)} is not above from={say_number(start)}; set a higher to= "
            "(or --rate) or a lower from="
        )
    over_s, hold_s = _lengths(given, to - start)
    sentence = f"rate-ramp: from {say_number(start)} to {say_arrival_rate(to)} in "
    sentence += say_duration(over_s)
    if hold_s:
        sentence += f", then {say_duration(hold_s)} at {say_number(to)}"
    sentence += f", {say_duration(over_s + hold_s)} in all"
    return Staged("rate-ramp", _stages(start, to, over_s, hold_s), sentence, "over")


def _stages(start: float, to: float, over_s: float, hold_s: float) -> list[Stage]:
    if not start:
        return [rate_stage(to, to / over_s, over_s + hold_s)]
    # A ramp begins at the rate of a stage before it; that lasts a second, as in the ramp of users.
    begin_s = min(1.0, over_s / 10)
    rest_s = over_s - begin_s
    return [
        rate_stage(start, None, begin_s),
        rate_stage(to, (to - start) / rest_s, rest_s + hold_s),
    ]


def _lengths(given: Given, rise: float) -> tuple[float, float]:
    """The seconds of the ramp and of the level after it."""
    over_s, slope = given.seconds("over", None), given.slope("slope", None)
    hold_s, time_s = given.seconds("hold", None, zero=True), given.asked_time_s
    if over_s is not None and slope is not None:
        raise given.error("over= and slope= both say how steep it is; give one of them")
    if slope is not None:
        where = f"the shape 'rate-ramp': the ramp at slope={say_number(slope)}"
        over_s = check_seconds(where, rise / slope)
    if over_s is None and time_s is not None:
        hold_s = either(hold_s, 0.0)
        return _within(given, time_s, hold_s), hold_s
    over_s = either(over_s, _DEFAULT_OVER_S)
    if hold_s is None:
        hold_s = max(0.0, time_s - over_s) if time_s is not None else 0.0
    return over_s, hold_s


def _within(given: Given, time_s: float, hold_s: float) -> float:
    if hold_s >= time_s:
        raise given.error(
            f"hold={say_duration(hold_s)} leaves nothing of -t {say_duration(time_s)} for the "
            "ramp; set over=, a shorter hold= or a longer -t"
        )
    return time_s - hold_s


KIND = Kind(
    "rate-ramp",
    "an open workload: a rate that rises in a straight line, to see where it breaks",
    (
        Parameter("from", "arrival_rate", "0", "iterations a second at the begin"),
        Parameter("to", "arrival_rate", "--rate, or 100", "iterations a second at its end"),
        Parameter("over", "duration", "-t less hold, or 5m", "the ramp's length"),
        Parameter("slope", "slope", "by over", "the rate's rise each second, instead of over"),
        Parameter("hold", "duration", "what -t leaves, or 0", "how long to stay at the end"),
    ),
    build,
    unit="rate",
    rate_key="to",
)
