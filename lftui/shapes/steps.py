"""The steps shape: a stair of equal plateaus."""

from __future__ import annotations

from math import ceil

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import (
    Given,
    Kind,
    Parameter,
    either,
    fitting_rate,
    say_users,
)
from lftui.shapes.staged import MAX_STAGES, Staged

# Without parameters: 10 users, then 10 more, up to 60.
_DEFAULT_TO, _DEFAULT_STEPS = 60, 6


def build(given: Given) -> Shape:
    """From `start` by `step` up to `to`; the last step may be a smaller one."""
    to = given.users("to", either(given.asked_users, _DEFAULT_TO))
    start, step = _start_and_step(given, to)
    if to < start:
        raise given.error(
            f"to={to} is below start={start}; set a higher to= (or -u) or a lower start="
        )
    if step < 1:
        raise given.error("step=0 never gets anywhere; write a step of 1 user or more")
    count = 1 + ceil((to - start) / step)
    if count > MAX_STAGES:
        raise given.error(
            f"step={step} makes {count} steps up to {to}, more than {MAX_STAGES}; "
            "use a larger step="
        )
    every_s = given.seconds("every", 60.0)
    asked = either(given.asked_rate, fitting_rate(max(start, step), every_s))
    rate = given.rate("rate", asked)
    levels = [min(to, start + step * i) for i in range(count)]
    sentence = f"steps: {say_users(start)}"
    if count > 1:
        sentence += f", then {step} more every {say_duration(every_s)} up to {to}"
    sentence += f", {say_duration(every_s * count)} in all"
    return Staged("steps", [Stage(users, rate, every_s) for users in levels], sentence, "every")


def _start_and_step(given: Given, to: int) -> tuple[int, int]:
    """What is not given is set so that `to` is reached in six steps."""
    start, step = given.users("start", None), given.users("step", None)
    if start is None:
        start = min(to, either(step, ceil(to / _DEFAULT_STEPS)))
    if step is None:
        step = max(1, ceil((to - start) / (_DEFAULT_STEPS - 1)))
    return start, step


KIND = Kind(
    "steps",
    "a stair of plateaus, each with figures of its own: how much is too much",
    (
        Parameter("start", "users", "the step, or a sixth of to", "users of the first step"),
        Parameter("step", "users", "so that there are six steps", "users more at each step"),
        Parameter("every", "duration", "1m", "length of a step, with its ramp"),
        Parameter("to", "users", "-u, or 60", "users of the last step"),
        Parameter("rate", "rate", "-r, or a quarter of a step at most", "users started a second"),
    ),
    build,
)
