"""The rate-stages shape: a free list of rates of iterations.

    rate-stages:50x1m,100x2m,20x30s        rate x length, one after the other
    rate-stages:50x1m,100x2m@5,20x30s      with the change of the rate a second after the @
    rate-stages:50x1m,100x2m,slope=5       with one for those that have none

Without it the rate changes at once. A stage's length includes the way there.
"""

from __future__ import annotations

import re

from lftui.plan import PlanError, Stage, say_duration
from lftui.shapes.base import Shape
from lftui.shapes.parameters import Given, Kind, Parameter, read_seconds
from lftui.shapes.rates import read_arrival_rate, read_slope, say_arrival_rate, say_number
from lftui.shapes.staged import Staged, rate_stage

_ITEM = re.compile(r"(?P<rate>[^x@]*)x(?P<length>[^@]*)(?:@(?P<slope>.*))?", re.DOTALL)
_EXAMPLE = "rate-stages:50x1m,100x2m,20x30s"
# A sentence names this many stages at most.
_NAMED = 6


def build(given: Given) -> Shape:
    """The stages of the list."""
    if not given.items:
        raise given.error(f"it has no stages; list them as rate x length, like {_EXAMPLE}")
    slope = given.slope("slope", None)
    stages = [_stage(number, item, slope) for number, item in enumerate(given.items, start=1)]
    return Staged("rate-stages", stages, _sentence(stages))


def _stage(number: int, item: str, slope: float | None) -> Stage:
    where = f"the shape 'rate-stages', stage {number} ('{item}')"
    match = _ITEM.fullmatch(item)
    if match is None:
        raise PlanError(f"{where} is not rate x length; write it like 100x2m or 100x2m@5")
    rate = read_arrival_rate(where, match["rate"].strip(), zero=True)
    length_s = read_seconds(where, match["length"].strip())
    own = slope if match["slope"] is None else read_slope(where, match["slope"].strip())
    return rate_stage(rate, own, length_s)


def _sentence(stages: list[Stage]) -> str:
    parts: list[str] = []
    for stage in stages[:_NAMED]:
        say = say_number if parts else say_arrival_rate
        parts.append(f"{say(stage.rate or 0.0)} for {say_duration(stage.length_s)}")
    more = f" and {len(stages) - _NAMED} more" if len(stages) > _NAMED else ""
    total = say_duration(sum(stage.length_s for stage in stages))
    return f"rate-stages: {', '.join(parts)}{more}, {total} in all"


KIND = Kind(
    "rate-stages",
    "an open workload: any list of rates",
    (
        Parameter("stages", "list", "none", "rate x length[@change a second], like 50x1m,100x2m@5"),
        Parameter("slope", "slope", "none: at once", "change of the rate each second"),
    ),
    build,
    unit="rate",
)
