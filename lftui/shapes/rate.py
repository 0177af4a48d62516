"""The rate shape: iterations begin at one rate, however long they take."""

from __future__ import annotations

from lftui.plan import say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import Given, Kind, Parameter, either
from lftui.shapes.rate_level import RateLevel
from lftui.shapes.rates import say_arrival_rate
from lftui.shapes.staged import Staged, rate_stage


def build(given: Given) -> Shape:
    """At `rate` for `for`, or until stopped; at once, or after a ramp of `ramp-in`."""
    rate = given.arrival_rate("rate", 1.0)
    ramp_s = given.seconds("ramp-in", 0.0, zero=True)
    slope = rate / ramp_s if ramp_s else None
    sentence = f"rate: {say_arrival_rate(rate)}"
    ramp = f", reached in {say_duration(ramp_s)}" if ramp_s else ""
    duration_s = either(given.seconds("for", None), given.asked_time_s)
    if duration_s is None:
        return RateLevel("rate", rate, slope, f"{sentence}{ramp}, until stopped")
    if ramp_s > duration_s:
        raise given.error(
            f"ramp-in={say_duration(ramp_s)} is longer than the {say_duration(duration_s)} that it "
            "lasts; set a shorter ramp-in= or a longer for= (or -t)"
        )
    sentence += f" for {say_duration(duration_s)}{ramp}"
    return Staged("rate", [rate_stage(rate, slope, duration_s)], sentence)


KIND = Kind(
    "rate",
    "an open workload: iterations begin at one rate, however long they take",
    (
        Parameter("rate", "arrival_rate", "--rate, or 1", "iterations a second"),
        Parameter("for", "duration", "-t, or until stopped", "how long, with the ramp"),
        Parameter("ramp-in", "duration", "none: at once", "length of the ramp from nothing"),
    ),
    build,
    unit="rate",
    rate_key="rate",
)
