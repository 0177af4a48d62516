"""The capacity: the highest load that met every threshold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from lftui.judge.measured import Level, Reading
from lftui.judge.outcome import Outcome
from lftui.judge.steps.ladder import Rung, ladder

_MET: tuple[Outcome, ...] = ("pass",)


class Capacity(msgspec.Struct, frozen=True):
    """How far the thresholds held.

    Attributes:
        users: the highest level that met them all; None where the lowest one broke one.
        rps: completed requests a second there, with its interval.
        broken_users: the lowest level that broke one; None where none did, so that the true
            capacity may be higher than any level tried.
        unsure: the levels below `broken_users` that could not be judged.
        sentence: one for people.
    """

    users: int | None
    rps: Reading
    broken_users: int | None
    unsure: tuple[int, ...]
    sentence: str


def capacity(
    levels: Iterable[Level],
    outcomes: Mapping[int, Outcome],
    reasons: Mapping[int, str] | None = None,
    met: Collection[Outcome] = _MET,
) -> Capacity | None:
    """The highest level that met every threshold, with no lower one that broke any.

    A ladder may go up and down; only the number of users counts. A level that broke a threshold
    ends the search, even if a higher one met them all: a target that fails at 40 users is not good
    for 60. One that could not be judged, or was not, neither counts nor ends the search.

    Args:
        outcomes: of the levels, by users; of several at the same users give the worst.
        reasons: why a level broke a threshold, by users: `p95 2.31 s broke the limit 2 s`.
        met: the outcomes that count as met. A warning is a broken threshold, unless added here.

    Returns:
        None where no level could be judged.
    """
    rungs = {rung.users: rung for rung in ladder(levels)}
    best: Rung | None = None
    broken: int | None = None
    unsure: list[int] = []
    # Levels without a response are no rungs, but may have an outcome.
    for users in sorted({*rungs, *outcomes}):
        outcome = outcomes.get(users, "inconclusive")
        if outcome in met and users in rungs:
            best = rungs[users]
        elif outcome in met or outcome == "inconclusive":
            unsure.append(users)
        else:
            broken = users
            break
    if best is None and broken is None:
        return None
    found = Capacity(
        users=best.users if best is not None else None,
        rps=best.total.read("rps") if best is not None else Reading(),
        broken_users=broken,
        unsure=tuple(unsure),
        sentence="",
    )
    why = (reasons or {}).get(broken, "") if broken is not None else ""
    return msgspec.structs.replace(found, sentence=_sentence(found, why))


def _sentence(found: Capacity, why: str) -> str:
    if found.users is None:
        said = f"no step met every threshold: at {found.broken_users} users {why or 'one broke'}"
        below = found.unsure
    else:
        said = f"highest step that met every threshold: {found.users} users, {_rps(found.rps)}"
        below = tuple(users for users in found.unsure if users < found.users)
        above = tuple(users for users in found.unsure if users > found.users)
        if found.broken_users is not None:
            said += f"; at {found.broken_users} users {why or 'one broke'}"
        elif not above:
            said += "; no step broke one, so it may be more"
        if above:
            said += f"; {_listed(above)} users could not be judged"
    return f"{said}; {_listed(below)} users could not be judged" if below else said


def _listed(users: Sequence[int]) -> str:
    *most, last = map(str, users)
    return f"{', '.join(most)} and {last}" if most else last


def _rps(rps: Reading) -> str:
    value = rps.value or 0.0
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    if rps.low is None or rps.high is None:
        return f"{value:.{digits}f} rps"
    return f"{value:.{digits}f} rps ({rps.low:.{digits}f} to {rps.high:.{digits}f})"
