"""The manual shape: the operator sets the level."""

from __future__ import annotations

from lftui.plan import say_duration
from lftui.shapes.base import Shape
from lftui.shapes.level import Level
from lftui.shapes.parameters import Given, Kind, Parameter, either, say_users


def build(given: Given) -> Shape:
    """Holds the starting level; changes by hand are the driver's, not the shape's."""
    users = given.users("users", either(given.asked_users, 1))
    rate = given.rate("rate", either(given.asked_rate, 1.0))
    sentence = f"manual: {say_users(users)} until the operator changes it"
    if given.asked_time_s is not None:
        sentence += f", for {say_duration(given.asked_time_s)}"
    return Level("manual", users, rate, given.asked_time_s, sentence, keeps_time=False)


KIND = Kind(
    "manual",
    "the operator adds and removes users by hand",
    (
        Parameter("users", "users", "-u, or 1", "the level to begin with"),
        Parameter("rate", "rate", "-r, or 1", "users started or stopped a second"),
    ),
    build,
)
