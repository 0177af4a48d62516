"""Rates of iterations, which open workloads are made of: how they are read, said and changed."""

from __future__ import annotations

from math import isfinite

from lftui.plan import MAX_RATE, PlanError

MIN_RATE = 1e-6
"""A lower rate than one iteration in eleven days is a slip of the pen."""

_PER_S = {"s": 1.0, "m": 60.0, "h": 3600.0}


def read_arrival_rate(where: str, text: str, zero: bool = False) -> float:
    """Iterations a second of `50`, `0.5/s`, `30/m` or `90/h`; `where` names it in the refusal.

    Args:
        zero: none at all is a rate as well.

    Raises:
        PlanError: the text is no rate, or one that cannot be.
    """
    number, slash, unit = (part.strip() for part in text.partition("/"))
    try:
        rate = float(number) / (_PER_S[unit] if slash else 1.0)
    except (ValueError, KeyError):
        raise PlanError(
            f"{where} is not a rate of iterations; write iterations a second, like 50 or 0.5, "
            "or a minute or an hour, like 30/m or 90/h"
        ) from None
    return rate if zero and rate == 0 else check_arrival_rate(where, rate)


def read_slope(where: str, text: str) -> float:
    """By how much a rate changes a second, in iterations a second; `where` as above.

    Raises:
        PlanError: the text is no number, or none that a rate can change by.
    """
    try:
        slope = float(text)
    except ValueError:
        raise PlanError(
            f"{where} is not a change of a rate; write how many iterations a second more or fewer "
            "each second, like 5 or 0.5"
        ) from None
    return check_arrival_rate(where, slope)


def check_arrival_rate(where: str, rate: float) -> float:
    """The rate in iterations a second, if it is one that can be."""
    if not isfinite(rate) or rate <= 0:
        raise PlanError(f"{where} is no rate at all; write a number above 0, like 50 or 0.5")
    if rate > MAX_RATE:
        raise PlanError(f"{where} is over a million a second; write at most {MAX_RATE:.0f}")
    if rate < MIN_RATE:
        raise PlanError(f"{where} is less than one in eleven days; write at least {MIN_RATE:f}")
    return rate


def say_number(value: float) -> str:
    """A rate's figure as one writes it: `50`, `0.5`, `33.333`, `0.000278`."""
    if value >= 1:
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"


def say_arrival_rate(rate: float) -> str:
    """A rate in words: `50 iterations a second`."""
    return f"{say_number(rate)} iteration{'' if rate == 1 else 's'} a second"


def text_of(rate: float) -> str:
    """A rate as it is read back, to the last digit."""
    return str(int(rate)) if rate == int(rate) else repr(float(rate))
