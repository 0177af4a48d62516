"""A run as a baseline: its figures in the document's format, what was there kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec

from lftui.judge.comparison.compared import few_said
from lftui.judge.comparison.matching import Entries, Group, match_all
from lftui.judge.comparison.merged import by_users, side_by_side
from lftui.judge.comparison.promoted_figures import fill, seconds
from lftui.judge.comparison.sides import NO_PLATEAU, scope_of
from lftui.judge.health import run_health
from lftui.judge.measured import Key, Level, Measured, levels, settled
from lftui.judge.workers import coarse_said
from lftui.plan import PlanError
from lftui.run_state import RunState

Json = dict[str, Any]

MOST_ENDPOINTS = 10_000
MOST_LOADS = 50
_NO_BASELINE = ("generator_lost", "supervisor_lost", "killed", "refused")


class Promotion(msgspec.Struct, frozen=True):
    """What promoting a run would write.

    Attributes:
        document: the new baseline, whole.
        notes: what could not be taken from the run, one sentence each.
    """

    document: Json
    notes: list[str]


def doubts(state: RunState) -> list[str]:
    """Why a run should not be held up as an example; empty where nothing speaks against it."""
    found = []
    finished = state.finished
    if finished is None:
        found.append("the run has no end: it goes on, or was torn off")
    elif finished.reason in _NO_BASELINE:
        found.append(f"the run ended badly: {finished.message or finished.reason}")
    elif finished.reason == "guard":
        found.append(f"the guard ended the run: {finished.message or 'a threshold broke'}")
    health = run_health(state)
    if health.bottleneck:
        found.append(f"the generator was the bottleneck: {health.reason}")
    figures = settled(state).total.figures
    if figures.count and figures.failures * 2 > figures.count:
        found.append(f"{figures.failures:,} of {figures.count:,} requests failed")
    return found


def promoted(state: RunState, existing: Json | None = None) -> Promotion:
    """The run's figures as a baseline.

    Entries keep their names, descriptions, notes and unknown keys; endpoints that were not
    measured stay as they are, and so does a percentile for which there were too few responses.

    Args:
        existing: the document to bring up to date, as it stands in its file.

    Raises:
        PlanError: the run has no requests, or more endpoints than a baseline can have.
    """
    together = settled(state)
    if not together.endpoints:
        raise PlanError("the run has no requests: there is nothing to make a baseline of")
    document = deepcopy(existing) if existing else {}
    ladder, notes = _ladder(state)
    entries: Json = document.get("endpoints") or {}
    groups, more = _groups(together.endpoints, entries)
    for group in groups:
        entry = entries.setdefault(group.key, {})
        more += _promote(entry, group, together, ladder)
    if len(entries) > MOST_ENDPOINTS:
        raise PlanError(
            f"the baseline would have {len(entries):,} endpoints, and {MOST_ENDPOINTS:,} are the "
            "most; give requests a name, such as /jobs/{id}, so that they count as one"
        )
    document["updated"] = _day(state)
    document["promoted_from"] = _facts(state, ladder)
    document["endpoints"] = dict(sorted(entries.items()))
    coarse = coarse_said(state)
    return Promotion(document, [*notes, *more, *([coarse] if coarse else [])])


_RATES = "an open workload: the figures are those of all its rates together"
"""A baseline has its loads by users."""


def _ladder(state: RunState) -> tuple[list[Level], list[str]]:
    ladder = by_users(levels(state))
    if not ladder:
        return [], [NO_PLATEAU]
    if ladder[0].rate is not None:
        return [], [_RATES] if len(ladder) > 1 else []
    if len(ladder) <= MOST_LOADS:
        return ladder, []
    longest = sorted(ladder, key=lambda one: -one.total.duration_s)[:MOST_LOADS]
    note = f"of {len(ladder)} load levels the {MOST_LOADS} that lasted longest were taken"
    return sorted(longest, key=lambda one: one.users or 0), [note]


def _groups(measured: dict[Key, Measured], entries: Json) -> tuple[list[Group], list[str]]:
    """Every measured endpoint with the key it goes to: its entry's, or a new one's.

    An entry without a method that stands for several methods is split: each gets its own.
    """
    matching = match_all(measured, entries)
    notes = [
        f"{scope_of(*key)} fits {few_said(keys)} equally well and was left out"
        for key, keys in matching.ambiguous
    ]
    groups, taken = [], set(entries)
    met = Counter(group.key for group in matching.groups)
    new: list[Group] = []
    for group in matching.groups:
        if met[group.key] == 1 or not group.method:
            groups.append(group)
        else:
            notes.append(f"{group.key} stands for several methods: {group.method} gets its own")
            new.append(Group(_new_key(group.method, group.key), group.method, group.members))
    for method, name in matching.unknown:
        new.append(Group(_new_key(method, name), method, ((method, name),)))
    for group in new:
        if group.key in taken or not _found_again(group):
            name = scope_of(*group.members[0])
            notes.append(f"{name} was left out: its name cannot be told from another's")
        else:
            taken.add(group.key)
            groups.append(group)
    return groups, notes


def _new_key(method: str, name: str) -> str:
    return f"{name} [{method}]" if method else name


def _found_again(group: Group) -> bool:
    found = Entries([group.key])
    return all(found.find(*key).key for key in group.members)


def _promote(entry: Json, group: Group, together: Level, ladder: Sequence[Level]) -> list[str]:
    """Fill one entry: its plain figures from the whole settled load, and those of each level."""
    kept = fill(entry, _measured(group, together))
    loads: Json = entry.get("loads") or {}
    for level in ladder:
        if any(key in level.endpoints for key in group.members):
            at = loads.setdefault(str(level.users), {})
            at["users"] = level.users
            fill(at, _measured(group, level))
    if loads:
        entry["loads"] = dict(sorted(loads.items(), key=lambda one: int(one[0])))
    return [f"{group.key}: {note}" for note in kept]


def _measured(group: Group, level: Level) -> Measured:
    return side_by_side([level.endpoints[key] for key in group.members if key in level.endpoints])


def _facts(state: RunState, ladder: Sequence[Level]) -> Json:
    """Where the figures are from."""
    started = state.started
    facts: Json = {
        "run": started.run_id if started is not None else "",
        "at": _moment(state.first_wall),
        "host": started.host if started is not None else None,
        "scenario": [file.path for file in started.scenario] if started is not None else [],
        "scenario_sha256": (started.scenario_sha256 or None) if started is not None else None,
        "git_revision": started.git_revision if started is not None else None,
        "users": [level.users for level in ladder],
        "duration_s": seconds(settled(state).total.duration_s),
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _moment(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(state: RunState) -> str:
    return _moment(state.first_wall)[:10]
