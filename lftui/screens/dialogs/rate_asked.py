"""What the field of the rate dialog asks for."""

from __future__ import annotations

import msgspec

from lftui.plan import PlanError
from lftui.records import SetRate
from lftui.shapes.rates import read_arrival_rate, say_arrival_rate, say_number


class RateNow(msgspec.Struct, frozen=True):
    """How the load of an open workload is.

    Attributes:
        wanted: iterations a second.
        users: those that carry them out.
        most: as many users as there may be.
        ceiling: the target's, in requests a second; an iteration is at least one.
    """

    wanted: float = 0.0
    users: int = 0
    most: int | None = None
    ceiling: float | None = None


class RateAsked(msgspec.Struct, frozen=True):
    """What would be sent, or why not: `command` is None then, and `error` says it.

    `sentence` is what would happen, in words.
    """

    command: SetRate | None
    error: str = ""
    sentence: str = ""


def read_rate_field(text: str, now: RateNow) -> RateAsked:
    """What the text of the field asks for: `50`, `0.5`, `30/m`; 0 is none at all."""
    try:
        rate = read_arrival_rate("the rate", text.strip().replace(",", ""), zero=True)
    except PlanError:
        return RateAsked(None, "a number from 0, like 50 or 30/m")
    if now.ceiling is not None and rate > now.ceiling:
        return RateAsked(None, f"over the ceiling of {say_number(now.ceiling)}")
    sentence = f"rate {say_number(now.wanted)} → {say_arrival_rate(rate)}"
    return RateAsked(SetRate(rate=rate), "", sentence)
