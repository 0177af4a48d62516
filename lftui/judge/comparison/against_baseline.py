"""A run against its baseline: every measured endpoint against its entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lftui.baseline.names import COMPARED as METRICS
from lftui.judge.comparison.compared import (
    Comparison,
    Side,
    few_said,
    list_said,
    users_said,
)
from lftui.judge.comparison.matching import Group, Matching, match_all, read_key
from lftui.judge.comparison.merged import by_users, side_by_side
from lftui.judge.comparison.pairs import Pair, judge_pairs
from lftui.judge.comparison.sides import NO_PLATEAU, doubt_of, run_notes, run_side, scope_of
from lftui.judge.difference import Reference
from lftui.judge.measured import PERCENTILES, Key, Level, levels, settled
from lftui.run_state import RunState

if TYPE_CHECKING:
    from lftui.baseline.document import BaselineDocument, Entry, Figures


def compare_with_baseline(
    state: RunState,
    document: BaselineDocument,
    users: int | None = None,
    *,
    label: str = "",
    tolerance: float | None = None,
) -> Comparison:
    """Every measured endpoint against its entry.

    An entry that has figures by load is held to those at equal users; its plain figures, or
    those of an entry without loads, are held against the whole settled load.

    Args:
        users: only the load of so many users.
        label: what the baseline is called; without it the file that the run knows.
        tolerance: in place of the default and of the document's own.
    """
    ladder = [one for one in by_users(levels(state)) if users in (None, one.users)]
    if users is not None:
        together = ladder[0] if ladder else None
    else:
        together = settled(state)
    notes = run_notes(state)
    if together is None:
        notes.append(f"the run has no settled load of {users_said(users or 0)}")
        together = Level(users, settled(state).total, {})
    elif not ladder:
        notes.append(NO_PLATEAU)
    matching = match_all(together.endpoints, document.endpoints)
    asked = _Asked(document, ladder, together, tolerance)
    for group in matching.groups:
        asked.ask(group)
    rows, count = judge_pairs(asked.pairs)
    return Comparison(
        before=_baseline_side(document, label or _label(state)),
        now=run_side(state, ladder, together),
        endpoints=rows,
        not_measured=matching.missing,
        not_in_baseline=[scope_of(*key) for key in matching.unknown],
        ambiguous=_ambiguous(matching),
        notes=notes + asked.notes(),
        comparisons=count,
        doubt=doubt_of(state),
    )


class _Asked:
    """The pairs of a run and a baseline, as the entries ask for them."""

    def __init__(
        self,
        document: BaselineDocument,
        ladder: Sequence[Level],
        together: Level,
        tolerance: float | None,
    ) -> None:
        self.pairs: list[Pair] = []
        self._document = document
        self._ladder = ladder
        self._together = together
        self._tolerance = tolerance
        self._unmatched: dict[tuple[int, ...], set[int]] = {}

    def ask(self, group: Group) -> None:
        """Add what an entry asks of the endpoints that belong to it."""
        entry = self._document.endpoints[group.key]
        if not entry.loads:
            self._pair(group, entry, self._together, equal=False)
            return
        found = [level for level in self._ladder if level.users and entry.at(level.users)]
        others = [level for level in self._ladder if level not in found]
        for level in found:
            self._pair(group, entry.at(level.users or 0) or entry, level, equal=True)
        if entry.samples is None and others:  # plain figures that are targets hold at any load
            for level in others:
                self._pair(group, entry, level, equal=False)
        elif not found:
            differs = _different(self._ladder, entry)
            self._pair(group, entry, self._together, equal=False, differs=differs)
        else:
            there = tuple(sorted(int(name) for name in entry.loads))
            self._unmatched.setdefault(there, set()).update(one.users or 0 for one in others)

    def _pair(
        self, group: Group, figures: Figures, level: Level, equal: bool, differs: str = ""
    ) -> None:
        present = [key for key in group.members if key in level.endpoints]
        if not present:
            return
        entry = self._document.endpoints[group.key]
        before = {
            metric: found
            for metric in METRICS
            if (equal or metric != "rps") and (found := _expected(metric, figures, entry))
        }
        self.pairs.append(
            Pair(
                scope=_scope(group, present),
                users=level.users,
                now=side_by_side([level.endpoints[key] for key in present]),
                before=before,
                tolerances={metric: self._tolerance_of(group.key, metric) for metric in before},
                entry=group.key,
                names=tuple(name for _, name in present) if len(present) > 1 else (),
                max_before=figures.expected_response_time_ms.max,
                target_rps=None if equal or differs else figures.figure("rps"),
                load=self._load(level),
                differs=differs,
            )
        )

    def _tolerance_of(self, key: str, metric: str) -> float:
        if self._tolerance is not None:
            return self._tolerance
        return self._document.tolerance_of(key, metric)

    def _load(self, level: Level) -> str:
        users = [level.users] if level.users else [one.users for one in self._ladder if one.users]
        if not users:
            return "users"
        few, many = min(users), max(users)
        return users_said(many) if few == many else f"{few:,} to {users_said(many)}"

    def notes(self) -> list[str]:
        """What was left out."""
        return [
            f"at {list_said(f'{one:,}' for one in sorted(levels))} users nothing was compared: the "
            f"baseline has figures at {list_said(f'{one:,}' for one in there)}"
            for there, levels in self._unmatched.items()
            if levels
        ]


def _expected(metric: str, figures: Figures, entry: Entry) -> Reference | None:
    """The figure at the load; where there were too few responses for it, the entry's target."""
    value = figures.figure(metric)
    if value is not None:
        return _reference(figures, metric, value)
    target = entry.figure(metric)
    if target is None or metric == "rps" or entry.interval(metric) is not None:
        return None
    return Reference(target)


def _reference(figures: Figures, metric: str, value: float) -> Reference:
    """With its interval where it was measured, else taken as exact."""
    interval = figures.interval(metric)
    if interval is None:
        return Reference(value)
    samples = figures.samples if metric in PERCENTILES else figures.requests or figures.samples
    return Reference(value, interval[0], interval[1], samples)


def _different(ladder: Iterable[Level], entry: Entry) -> str:
    there = list_said(f"{one:,}" for one in sorted(map(int, entry.loads)))
    here = [one.users for one in ladder if one.users]
    if not here:
        return f"different loads: no plateau against {there} users"
    return f"different loads: {list_said(f'{one:,}' for one in here)} against {there} users"


def _scope(group: Group, present: Sequence[Key]) -> str:
    if len(present) == 1:
        return scope_of(*present[0])
    names = [way.name for way in read_key(group.key) if way.method in ("", group.method)]
    return scope_of(group.method, names[-1])


def _label(state: RunState) -> str:
    return state.baseline_path or "the baseline"


def _baseline_side(document: BaselineDocument, label: str) -> Side:
    promoted = document.promoted_from
    loads = {int(name) for entry in document.endpoints.values() for name in entry.loads}
    return Side(
        kind="baseline",
        label=label,
        users=sorted(loads),
        scenario_sha256=_text(promoted.get("scenario_sha256")),
        git_revision=_text(promoted.get("git_revision")),
        host=_text(promoted.get("host")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _ambiguous(matching: Matching) -> list[str]:
    return [
        f"{scope_of(*key)} fits {few_said(keys)} equally well and was compared with none"
        for key, keys in matching.ambiguous
    ]
