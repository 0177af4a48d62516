"""The capacity: the highest load that met every threshold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from lftui.judge.load import Unit, load_said, rate_said
from lftui.judge.measured import Level, Reading
from lftui.judge.outcome import Outcome
from lftui.judge.steps.ladder import Rung, ladder

_MET: tuple[Outcome, ...] = ("pass",)


class Capacity(msgspec.Struct, frozen=True):
    """How far the thresholds held.

    Attributes:
        users: the highest level that met them all; None where the lowest one broke one, and in an
            open workload.
        rps: completed requests a second there, with its interval.
        broken_users: the lowest level that broke one; None where none did, so that the true
            capacity may be higher than any level tried.
        unsure: the levels below the broken one that could not be judged.
        sentence: one for people.
        rate, broken_rate: the same levels in iterations a second; None in a closed workload.
    """

    users: int | None
    rps: Reading
    broken_users: int | None
    unsure: tuple[float, ...]
    sentence: str
    rate: float | None = None
    broken_rate: float | None = None


def capacity(
    levels: Iterable[Level],
    outcomes: Mapping[float, Outcome],
    reasons: Mapping[float, str] | None = None,
    met: Collection[Outcome] = _MET,
    unit: Unit = "users",
) -> Capacity | None:
    """The highest level that met every threshold, with no lower one that broke any.

    A ladder may go up and down; only the load counts: the number of users, or the rate of an open
    workload. A level that broke a threshold ends the search, even if a higher one met them all: a
    target that fails at 40 users is not good for 60. One that could not be judged, or was not,
    neither counts nor ends the search.

    Args:
        outcomes: of the levels, by load; of several at the same load give the worst.
        reasons: why a level broke a threshold, by load: `p95 2.31 s broke the limit 2 s`.
        met: the outcomes that count as met. A warning is a broken threshold, unless added here.
        unit: what the load is counted in.

    Returns:
        None where no level could be judged.
    """
    found = _find(levels, outcomes, met, unit)
    if found.best is None and found.broken is None:
        return None
    why = (reasons or {}).get(found.broken, "") if found.broken is not None else ""
    return _capacity(found, _sentence(found, why))


def _find(
    levels: Iterable[Level], outcomes: Mapping[float, Outcome], met: Collection[Outcome], unit: Unit
) -> _Found:
    rungs = {rung.load: rung for rung in ladder(levels)}
    best: Rung | None = None
    broken: float | None = None
    unsure: list[float] = []
    # Levels without a response are no rungs, but may have an outcome.
    for load in sorted({*rungs, *outcomes}):
        outcome = outcomes.get(load, "inconclusive")
        if outcome in met and load in rungs:
            best = rungs[load]
        elif outcome in met or outcome == "inconclusive":
            unsure.append(load)
        else:
            broken = load
            break
    return _Found(best, broken, tuple(unsure), unit)


class _Found(msgspec.Struct, frozen=True):
    """The levels that tell it."""

    best: Rung | None
    broken: float | None
    unsure: tuple[float, ...]
    unit: Unit


def _capacity(found: _Found, sentence: str) -> Capacity:
    best = found.best.load if found.best is not None else None
    rps = found.best.total.read("rps") if found.best is not None else Reading()
    if found.unit == "rate":
        return Capacity(None, rps, None, found.unsure, sentence, best, found.broken)
    users = None if best is None else int(best)
    broken = None if found.broken is None else int(found.broken)
    return Capacity(users, rps, broken, tuple(map(int, found.unsure)), sentence)


def _sentence(found: _Found, why: str) -> str:
    broken = None if found.broken is None else load_said(found.broken, found.unit)
    if found.best is None:
        said = f"no step met every threshold: at {broken} {why or 'one broke'}"
        below = found.unsure
    else:
        best = found.best.load
        rps = _rps(found.best.total.read("rps"))
        said = f"highest step that met every threshold: {load_said(best, found.unit)}, {rps}"
        below = tuple(load for load in found.unsure if load < best)
        above = tuple(load for load in found.unsure if load > best)
        if broken is not None:
            said += f"; at {broken} {why or 'one broke'}"
        elif not above:
            said += "; no step broke one, so it may be more"
        if above:
            said += f"; {_listed(above, found.unit)} could not be judged"
    return f"{said}; {_listed(below, found.unit)} could not be judged" if below else said


def _listed(loads: Sequence[float], unit: Unit) -> str:
    """`20 and 30 users`, `50/s and 80/s`."""
    words = [f"{load:.0f}" if unit == "users" else rate_said(load) for load in loads]
    *most, last = words
    listed = f"{', '.join(most)} and {last}" if most else last
    return f"{listed} users" if unit == "users" else listed


def _rps(rps: Reading) -> str:
    value = rps.value or 0.0
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    if rps.low is None or rps.high is None:
        return f"{value:.{digits}f} rps"
    return f"{value:.{digits}f} rps ({rps.low:.{digits}f} to {rps.high:.{digits}f})"
