"""Run against run: level by level at equal load, both sides with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.comparison.compared import Comparison, list_said, users_said
from lftui.judge.comparison.pairs import COMPARED, Pair, judge_pairs
from lftui.judge.comparison.sides import doubt_of, run_notes, run_side, scope_of
from lftui.judge.difference import DEFAULT_TOLERANCE
from lftui.judge.load import rate_said
from lftui.judge.measured import TOTAL, Key, Level, Measured, levels, settled
from lftui.run_state import RunState


def compare_runs(
    before: RunState, now: RunState, tolerance: float = DEFAULT_TOLERANCE
) -> Comparison:
    """Judge `now` by `before`: the total and every endpoint that both have, at equal loads.

    Where no load is equal the deltas are there, and every outcome is inconclusive.
    """
    ladders = levels(before), levels(now)
    whole = settled(before), settled(now)
    equal, notes = _equal(*ladders)
    differs = ""
    if not equal:
        equal = [whole]
        differs, notes = _unequal(before, now, ladders)
    pairs = [pair for one, other in equal for pair in _level_pairs(one, other, tolerance, differs)]
    rows, count = judge_pairs(pairs)
    first, second = set(whole[0].endpoints), set(whole[1].endpoints)
    return Comparison(
        before=run_side(before, ladders[0], whole[0]),
        now=run_side(now, ladders[1], whole[1]),
        endpoints=rows,
        not_measured=_scopes(first - second),
        not_in_baseline=_scopes(second - first),
        notes=[
            *run_notes(before, "the run before"),
            *run_notes(now, "the run now"),
            *_setups(before, now),
            *notes,
        ],
        comparisons=count,
        doubt=doubt_of(before, "the run before") or doubt_of(now, "the run now"),
    )


def _equal(
    before: Sequence[Level], now: Sequence[Level]
) -> tuple[list[tuple[Level, Level]], list[str]]:
    """Levels of equal load, and a note about the others."""
    found = [(one, other) for other in now for one in before if _same_load(one, other)]
    notes = []
    for levels_, side, word in ((before, 0, "before"), (now, 1, "now")):
        met = [pair[side] for pair in found]
        alone = [level for level in levels_ if not any(level is one for one in met)]
        if alone and found:
            notes.append(f"only the run {word} has a load of {_loads(alone)}: not compared")
    return found, notes


def _same_load(one: Level, other: Level) -> bool:
    classes = (_present(one), _present(other))
    same = (one.users, one.rate) == (other.users, other.rate)
    return same and (not all(classes) or classes[0] == classes[1])


def _present(level: Level) -> dict[str, int]:
    return {name: users for name, users in level.per_class.items() if users}


def _unequal(
    before: RunState, now: RunState, ladders: tuple[list[Level], list[Level]]
) -> tuple[str, list[str]]:
    """Why no level is equal, and a note; runs without plateaus may be equal all the same."""
    first, second = ladders
    if not first and not second:
        note = "neither run had a plateau that settled: their whole loads were compared"
        # The users of an open workload come and go with the response times.
        is_open = before.arrivals is not None and now.arrivals is not None
        same_users = before.users_max == now.users_max or is_open
        if _planned(before) == _planned(now) and same_users:
            return "", [note]
        return f"different loads: {_shape(before)} against {_shape(now)}", [note]
    alike = {(one.users, one.rate) for one in first} & {(one.users, one.rate) for one in second}
    if alike:
        return "different loads: as many users, of other classes", []
    return f"different loads: {_loads(first)} against {_loads(second)}", []


def _loads(ladder: Sequence[Level]) -> str:
    known = [level.users for level in ladder if level.users is not None]
    rates = [level.rate for level in ladder if level.rate is not None]
    if rates:
        return list_said(map(rate_said, dict.fromkeys(rates)))
    if not known:
        return "no plateau"
    words = list_said(f"{one:,}" for one in dict.fromkeys(known))
    return users_said(known[0]) if len(known) == 1 else f"{words} users"


def _planned(state: RunState) -> object:
    if state.started is None:
        return None
    plan = state.started.plan
    return state.started.shape, plan.get("users"), plan.get("spawn_rate")


def _shape(state: RunState) -> str:
    shape = state.started.shape if state.started is not None else ""
    return f"{shape or 'a load'} of at most {users_said(state.users_max)}"


def _level_pairs(before: Level, now: Level, tolerance: float, differs: str) -> list[Pair]:
    keys = sorted(set(before.endpoints) & set(now.endpoints), key=lambda key: (key[1], key[0]))
    pairs = []
    for key in (TOTAL, *keys):
        one, other = before.measured(key), now.measured(key)
        if one is None or other is None or not one.figures.count:
            continue
        pairs.append(_pair(key, one, other, now.users, tolerance, differs))
    return pairs


def _pair(
    key: Key,
    before: Measured,
    now: Measured,
    users: int | None,
    tolerance: float,
    differs: str,
) -> Pair:
    metrics = [metric for metric in COMPARED if before.read(metric).value is not None]
    return Pair(
        scope="total" if key == TOTAL else scope_of(*key),
        users=users,
        now=now,
        before=dict.fromkeys(metrics, before),
        tolerances=dict.fromkeys(metrics, tolerance),
        max_before=before.figures.max_ms,
        differs=differs,
    )


def _setups(before: RunState, now: RunState) -> list[str]:
    """What else was not the same."""
    one, other = before.started, now.started
    if one is None or other is None:
        return []
    notes = []
    if one.scenario_sha256 != other.scenario_sha256:
        notes.append("the scenarios differ: the locustfiles were not the same")
    if one.host != other.host:
        notes.append(f"the targets differ: {one.host or 'none'} before, {other.host or 'none'} now")
    for name in ("locust", "lftui"):
        versions = one.versions.get(name), other.versions.get(name)
        if all(versions) and versions[0] != versions[1]:
            notes.append(f"{name} differs: {versions[0]} before, {versions[1]} now")
    return notes


def _scopes(keys: set[Key]) -> list[str]:
    return [scope_of(*key) for key in sorted(keys, key=lambda key: (key[1], key[0]))]
