"""The soak shape: a long time at one level."""

from __future__ import annotations

from lftui.plan import Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import Given, Kind, Parameter, check_seconds, either, say_users
from lftui.shapes.staged import Staged

_DEFAULT_HOLD_S = 3600.0
_DEFAULT_RAMP_S = 300.0


def build(given: Given) -> Shape:
    """Up to the level, a long hold, and down to nobody."""
    users = given.users("users", either(given.asked_users, 100))
    if users == 0:
        raise given.error("it never has a user; set users= or -u")
    ramp_s = _ramp_s(given, users)
    up_s = given.seconds("up", ramp_s)
    down_s = given.seconds("down", given.seconds("up", ramp_s))
    hold_s = given.seconds("hold", _hold_s(given, up_s + down_s))
    sentence = (
        f"soak: up to {say_users(users)} in {say_duration(up_s)}, {say_duration(hold_s)} at "
        f"{users}, down in {say_duration(down_s)}, {say_duration(up_s + hold_s + down_s)} in all"
    )
    stages = [Stage(users, users / up_s, up_s + hold_s), Stage(0, users / down_s, down_s)]
    return Staged("soak", stages, sentence, "up")


def _ramp_s(given: Given, users: int) -> float:
    if given.asked_rate is not None:
        return check_seconds("the shape 'soak': the ramp at -r", users / given.asked_rate)
    if given.asked_time_s is not None:
        # A short run with the default ramps would be all ramp.
        return min(_DEFAULT_RAMP_S, given.asked_time_s / 10)
    return _DEFAULT_RAMP_S


def _hold_s(given: Given, ramps_s: float) -> float:
    if given.asked_time_s is None or given.has("hold"):
        return _DEFAULT_HOLD_S
    if given.asked_time_s <= ramps_s:
        raise given.error(
            f"its ramps take {say_duration(ramps_s)}, which leaves nothing of "
            f"-t {say_duration(given.asked_time_s)} to soak; set shorter up= and down=, "
            "a higher -r or a longer -t"
        )
    return given.asked_time_s - ramps_s


KIND = Kind(
    "soak",
    "a long time at one level: leaks, drift, full disks",
    (
        Parameter("users", "users", "-u, or 100", "the level"),
        Parameter("up", "duration", "by -r, or 5m", "length of the ramp up"),
        Parameter("hold", "duration", "what -t leaves, or 1h", "how long to stay"),
        Parameter("down", "duration", "as long as up", "length of the ramp down"),
    ),
    build,
)
