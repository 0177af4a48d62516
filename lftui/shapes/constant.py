"""The constant shape: one level."""

from __future__ import annotations

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.level import Level, ramped
from lftui.shapes.parameters import Given, Kind, Parameter, either, say_users
from lftui.shapes.staged import Staged


def build(given: Given) -> Shape:
    """What Locust does without a shape: up to -u at -r, until -t or until stopped."""
    users = given.users("users", either(given.asked_users, 1))
    rate = given.rate("rate", either(given.asked_rate, 1.0))
    own_s = given.seconds("duration", None)
    if users == 0:
        raise given.error("it never has a user; set users= or -u, or use the shape 'manual'")
    sentence = f"constant: {say_users(users)} at {rate:g} a second"
    duration_s = either(own_s, given.asked_time_s)
    if duration_s is None:
        return Level("constant", users, rate, None, f"{sentence}, until stopped")
    sentence += f", for {say_duration(duration_s)}"
    if own_s is None and users / rate > duration_s:
        # Locust accepts a -t within the ramp, and so does a command line that worked with it.
        reached = ramped(rate, duration_s)
        sentence += f", which ends the ramp at {say_users(reached)}"
        return Level("constant", users, rate, duration_s, sentence)
    return Staged("constant", [Stage(users, rate, duration_s)], sentence, "duration")


KIND = Kind(
    "constant",
    "one level, as Locust does it without a shape",
    (
        Parameter("users", "users", "-u, or 1", "the level"),
        Parameter("rate", "rate", "-r, or 1", "users started a second"),
        Parameter("duration", "duration", "-t, or until stopped", "how long, with the ramp"),
    ),
    build,
)
