"""The failures of a run by meaning, made from its state at every redraw."""

from __future__ import annotations

from math import ceil

import msgspec

from lftui.judge.diagnosis import TITLES, Advice, Explained, Failure, advice_for, explain_exceptions
from lftui.run_state import ErrorGroup, RunState, ScriptError

MOST = 500
"""A panel of more kinds says nothing more; the rest is counted."""


class Kind(msgspec.Struct, frozen=True):
    """Failures with one meaning, of one endpoint and status, or exceptions of the locustfile.

    Attributes:
        key: of its row; stays the same while the run lasts.
        groups: the error groups; empty for an exception, of which `explained` says what it means.
        share: of the endpoint's requests, 0..1; None for an exception, which is no request.
        new: not seen before the step that lasts, which is not the first.
    """

    key: str
    count: int
    method: str
    name: str
    status: int | None
    text: str
    first_wall: float
    last_wall: float
    share: float | None = None
    groups: tuple[ErrorGroup, ...] = ()
    script: ScriptError | None = None
    explained: Explained | None = None
    answered: bool = True
    new: bool = False

    @property
    def endpoint(self) -> str:
        """The endpoint, or where else it was raised."""
        if self.script is not None:
            return self.name or "locustfile"
        return f"{self.method} {self.name}".strip()

    def over_time(self, since_s: float, until_s: float, parts: int) -> list[int]:
        """How often it came in each of so many equal parts of the time between two moments."""
        length_s = max(1.0, (until_s - since_s) / parts)
        counts = [0] * max(1, min(parts, ceil((until_s - since_s) / length_s)))
        for group in self.groups:
            counted = group.over_time
            for at, count in enumerate(counted.bins):
                middle_s = (counted.first_bin + at + 0.5) * counted.bin_s
                part = int((middle_s - since_s) / length_s)
                counts[max(0, min(part, len(counts) - 1))] += count
        return counts

    def advice(self) -> Advice:
        """What it means and what to do about it."""
        told = self.explained
        if told is not None:
            return Advice(told.category, told.points_at, told.remedy)
        one = self.groups[0]
        failure = Failure(one.status, one.exception, one.errno, one.text, one.sample)
        return advice_for(failure, self.answered)

    @property
    def title(self) -> str:
        """Its category, for people."""
        return TITLES[self.advice().category]


def count_kinds(state: RunState) -> int:
    """How many kinds there are: cheap, for the title of a tab."""
    return len(_grouped(state)) + len(state.exceptions)


def kinds_of(state: RunState) -> tuple[list[Kind], int]:
    """The kinds, the most frequent first, and how many were left out beyond `MOST`."""
    answered = {group.row for group in state.errors.values() if group.status}
    step = state.steps.numbered + (state.finished is None)
    found = [_request(state, groups, answered, step) for groups in _grouped(state).values()]
    if state.exceptions:
        found += [_script(state, told) for told in explain_exceptions(state, MOST)]
    found.sort(key=lambda kind: (-kind.count, kind.key))
    return found[:MOST], max(0, len(found) - MOST)


def _grouped(state: RunState) -> dict[tuple[object, ...], list[ErrorGroup]]:
    kinds: dict[tuple[object, ...], list[ErrorGroup]] = {}
    for group in state.errors.values():
        if group.count:
            key = (group.row, group.status or 0, group.exception, group.errno, group.text)
            kinds.setdefault(key, []).append(group)
    return kinds


def _request(state: RunState, groups: list[ErrorGroup], answered: set[int], step: int) -> Kind:
    first = groups[0]
    row = state.rows[first.row]
    count = sum(group.count for group in groups)
    same = len({group.sample for group in groups}) == 1
    return Kind(
        key=f"e{first.id}",
        count=count,
        method=row.method,
        name=row.name,
        status=first.status or None,
        text=first.shown if same else first.text,
        first_wall=min(group.first_wall for group in groups),
        last_wall=max(group.last_wall for group in groups),
        share=count / row.figures.count if row.figures.count else None,
        groups=tuple(groups),
        answered=row.figures.successes > 0 or first.row in answered,
        # What is seen in the first step is seen there first, which says nothing.
        new=step > 1 and min(group.first_step for group in groups) >= step,
    )


def _script(state: RunState, told: Explained) -> Kind:
    error = state.exceptions[told.groups[0]]
    return Kind(
        key=f"x{error.id}",
        count=told.count,
        method="",
        name=told.name,
        status=None,
        text=error.message,
        first_wall=error.first_wall,
        last_wall=error.last_wall,
        script=error,
        explained=told,
    )
