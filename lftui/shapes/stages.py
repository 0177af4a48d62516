"""The stages shape: a free list of plateaus.

    stages:10x1m,50x2m,20x30s          users x length, one after the other
    stages:10x1m,200x2m@50,20x30s      with the stage's own spawn rate after the @
    stages:10x1m,50x2m,rate=5          with one spawn rate for those that have none

A stage's length includes its ramp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lftui.plan import PlanError, Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import (
    Given,
    Kind,
    Parameter,
    check_rate,
    check_seconds,
    check_users,
    either,
    fitting_rate,
    read_rate,
    read_seconds,
    read_users,
)
from lftui.shapes.staged import Staged

_ITEM = re.compile(r"(?P<users>[^x@]*)x(?P<length>[^@]*)(?:@(?P<rate>.*))?")
_EXAMPLE = "stages:10x1m,50x2m,20x30s"
_TOML_KEYS = ("users", "length", "spawn_rate")
# A sentence names this many stages at most.
_NAMED = 6


def build(given: Given) -> Shape:
    """The stages of the list."""
    if not given.items:
        raise given.error(f"it has no stages; list them as users x length, like {_EXAMPLE}")
    rate = given.rate("rate", given.asked_rate)
    stages: list[Stage] = []
    for number, item in enumerate(given.items, start=1):
        where = f"the shape 'stages', stage {number} ('{item}')"
        match = _ITEM.fullmatch(item)
        if match is None:
            raise PlanError(f"{where} is not users x length; write it like 50x2m or 50x2m@5")
        users = read_users(where, match["users"].strip())
        length_s = read_seconds(where, match["length"].strip())
        own = None if match["rate"] is None else read_rate(where, match["rate"].strip())
        stages.append(_stage(stages, users, length_s, either(own, rate)))
    return from_stages(stages)


def stages_from_toml(data: Mapping[str, object]) -> Shape:
    """The shape in the `[[stage]]` tables of a TOML file that has been read.

        [[stage]]
        users = 10
        length = "1m"       # or a number of seconds
        spawn_rate = 5      # may be left out

    Raises:
        PlanError: there are no such tables, or one of them cannot work.
    """
    tables = data.get("stage")
    if not isinstance(tables, list) or not tables:
        raise PlanError("the file has no [[stage]] table; write one with users and length")
    stages: list[Stage] = []
    for number, table in enumerate(tables, start=1):
        where = f"[[stage]] {number}"
        if not isinstance(table, Mapping):
            raise PlanError(f"{where} is not a table; write it as [[stage]]")
        unknown = [str(key) for key in table if key not in _TOML_KEYS]
        if unknown:
            known = ", ".join(_TOML_KEYS)
            raise PlanError(f"{where} has the unknown key '{unknown[0]}'; the keys are {known}")
        users = _number(where, table, "users")
        if not isinstance(users, int):
            raise PlanError(f"{where}: users is not a whole number; write one like 50")
        rate = None
        if "spawn_rate" in table:
            rate = check_rate(f"{where}: spawn_rate", _number(where, table, "spawn_rate"))
        users = check_users(f"{where}: users", users)
        stages.append(_stage(stages, users, _length(where, table), rate))
    return from_stages(stages)


def from_stages(stages: Sequence[Stage]) -> Shape:
    """The shape that goes through the given stages."""
    names = [f"{stage.users} for {say_duration(stage.length_s)}" for stage in stages[:_NAMED]]
    if names:
        names[0] = names[0].replace(" for", " users for", 1)
    more = f" and {len(stages) - _NAMED} more" if len(stages) > _NAMED else ""
    total = say_duration(sum(stage.length_s for stage in stages))
    return Staged("stages", stages, f"stages: {', '.join(names)}{more}, {total} in all")


def _stage(before: list[Stage], users: int, length_s: float, rate: float | None) -> Stage:
    change = users - (before[-1].users if before else 0)
    return Stage(users, either(rate, fitting_rate(change, length_s)), length_s)


def _number(where: str, table: Mapping[str, object], key: str) -> int | float:
    value = table.get(key)
    # In Python, true is a number, too.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError(f"{where}: {key} is missing or not a number; write it like {key} = 10")
    return value


def _length(where: str, table: Mapping[str, object]) -> float:
    value = table.get("length")
    if isinstance(value, str):
        return read_seconds(f"{where}: length", value)
    if value is None:
        raise PlanError(f'{where}: length is missing; write it like length = "1m"')
    return check_seconds(f"{where}: length", float(_number(where, table, "length")))


KIND = Kind(
    "stages",
    "any list of plateaus",
    (
        Parameter("stages", "list", "none", "users x length[@rate], like 10x1m,50x2m@5"),
        Parameter("rate", "rate", "-r, or a quarter of a stage at most", "users a second"),
    ),
    build,
)
