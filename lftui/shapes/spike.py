"""The spike shape: sudden changes up and down."""

from __future__ import annotations

from itertools import pairwise

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import (
    Given,
    Kind,
    Parameter,
    either,
    fitting_rate,
    read_users,
)
from lftui.shapes.staged import Staged

_LEVELS = (10, 100, 20, 200, 50, 0)
# A spike has to be steep: the change takes at most this part of a level's length.
_RAMP_PART = 10


def build(given: Given) -> Shape:
    """Level after level, `every` each; -u scales the levels that it has by default."""
    levels = _levels(given)
    every_s = given.seconds("every", 60.0)
    change = max(abs(b - a) for a, b in pairwise([0, *levels]))
    fitting = fitting_rate(change, every_s, _RAMP_PART)
    rate = given.rate("rate", either(given.asked_rate, fitting))
    names = ", ".join(str(users) for users in levels[:8])
    more = f" and {len(levels) - 8} more levels of" if len(levels) > 8 else ""
    sentence = (
        f"spike: {names}{more} users, {say_duration(every_s)} each, "
        f"{say_duration(every_s * len(levels))} in all"
    )
    return Staged("spike", [Stage(users, rate, every_s) for users in levels], sentence, "every")


def _levels(given: Given) -> list[int]:
    text = given.text("levels", None)
    if text is not None:
        return [read_users(given.where("levels"), part.strip()) for part in text.split("/")]
    peak = either(given.asked_users, max(_LEVELS))
    if peak < 1:
        raise given.error("-u 0 leaves no spike; write the highest level, like -u 200")
    return [max(1, round(users * peak / max(_LEVELS))) if users else 0 for users in _LEVELS]


KIND = Kind(
    "spike",
    "sudden changes: does it survive them, and does it recover",
    (
        Parameter("levels", "levels", "10/100/20/200/50/0, scaled to a peak of -u", "the users"),
        Parameter("every", "duration", "1m", "length of a level, with its ramp"),
        Parameter("rate", "rate", "-r, or a tenth of a level at most", "users a second"),
    ),
    build,
)
