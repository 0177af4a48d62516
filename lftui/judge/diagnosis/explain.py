"""The failures of a run, added up by meaning, each with its cause and its remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from lftui.judge.diagnosis.causes import Cause, Failure, cause_of, of_text
from lftui.judge.diagnosis.remedies import ADVICE, TITLES, Advice, Category, PointsAt
from lftui.judge.diagnosis.trend import Exposure, Trend, trend_of
from lftui.run_state import ErrorGroup, RunState, ScriptError

LIMIT = 30
"""As many kinds are explained one by one: a screen full; the others are added up."""
TEXT_LENGTH = 300
SAMPLE_LENGTH = 1_000


class Explained(msgspec.Struct, frozen=True):
    """One kind of failure.

    Attributes:
        source: `request`, or `script` for what was raised outside of any request.
        method, name: the endpoint; empty for the rest beyond the limit. Outside of requests `name`
            is file, line and function, where they are known.
        status: None where no response came.
        text: the message, with numbers folded where it stands for several; cut at `TEXT_LENGTH`.
        count: failures; `share` of all failures from that source, 0..1.
        first_wall, last_wall: Unix seconds.
        title: the category, for people.
        points_at: where to look; None where that cannot be told.
        new_in_step: not seen before the current (or last) step.
        trend: of the failures per request; None where there are too few to tell.
        sample: one message as it was, redacted; cut at `SAMPLE_LENGTH`.
        groups: the ids of its error groups.
    """

    source: Literal["request", "script"]
    method: str
    name: str
    status: int | None
    text: str
    count: int
    share: float
    first_wall: float
    last_wall: float
    category: Category
    title: str
    points_at: PointsAt | None
    remedy: str
    new_in_step: bool = False
    trend: Trend | None = None
    sample: str = ""
    groups: tuple[int, ...] = ()


def explain(
    state: RunState, limit: int | None = LIMIT, counts: Mapping[int, int] | None = None
) -> list[Explained]:
    """The failed requests by meaning, the most frequent first.

    Args:
        state: the run, also a half one.
        limit: as many kinds at most; what is beyond is added up in one more. None for all.
        counts: failures by group id, where not those of the whole run are wanted.
    """
    kinds: dict[tuple[object, ...], list[ErrorGroup]] = {}
    for group in state.errors.values():
        key = (group.row, group.status or 0, group.exception, group.errno, group.text)
        kinds.setdefault(key, []).append(group)
    counted = [
        (sum(_count(group, counts) for group in groups), groups) for groups in kinds.values()
    ]
    counted = [(count, groups) for count, groups in counted if count]
    total = sum(count for count, _ in counted)
    counted.sort(key=lambda kind: (-kind[0], kind[1][0].row, kind[1][0].id))
    shown, left = (counted, []) if limit is None else (counted[:limit], counted[limit:])
    teller = _Teller(state, total)
    explained = [teller.tell(count, groups) for count, groups in shown]
    return [*explained, _rest(left, total)] if left else explained


def explain_exceptions(state: RunState, limit: int = LIMIT) -> list[Explained]:
    """What the locustfile raised outside of requests, the most frequent first."""
    counted = sorted(
        # An exception is announced before it is counted.
        ((max(error.count, 1), error) for error in state.exceptions.values()),
        key=lambda one: (-one[0], one[1].id),
    )
    total = sum(count for count, _ in counted)
    answered = state.total.successes > 0
    return [_tell_exception(error, count, total, answered) for count, error in counted[:limit]]


def advice_for(failure: Failure, answered: bool = True, place: str = "") -> Advice:
    """The advice on a single failure.

    Args:
        answered: the endpoint has answered in this run, so that it is there.
        place: file, line and function, where the locustfile raised it.
    """
    return _advice(cause_of(failure), answered, place)


def _advice(cause: Cause, answered: bool, place: str) -> Advice:
    never = None if answered else ADVICE.get(f"{cause}_never")
    advice = never or ADVICE[cause]
    where = f" at {place}" if place else ""
    return msgspec.structs.replace(advice, remedy=advice.remedy.replace("{place}", where))


def _count(group: ErrorGroup, counts: Mapping[int, int] | None) -> int:
    return group.count if counts is None else counts.get(group.id, 0)


class _Teller:
    """Explains the kinds of one run; what they share is worked out once."""

    def __init__(self, state: RunState, total: int) -> None:
        self._state = state
        self._total = total
        self._exposures: dict[int, Exposure] = {}
        steps = state.steps.all()
        # All that is seen in the first step is seen there first, which says nothing.
        self._step = steps[-1].number if steps and steps[-1].number > 1 else None
        self._answered = {group.row for group in state.errors.values() if group.status}

    def tell(self, count: int, groups: Sequence[ErrorGroup]) -> Explained:
        first = groups[0]
        row = self._state.rows[first.row]
        same = len({group.sample for group in groups}) == 1
        answered = row.figures.successes > 0 or first.row in self._answered
        failure = Failure(first.status, first.exception, first.errno, first.text, first.sample)
        advice = advice_for(failure, answered, _place_in_text(first.sample))
        return Explained(
            source="request",
            method=row.method,
            name=row.name,
            status=first.status or None,
            text=_cut(first.shown if same else first.text),
            count=count,
            share=count / self._total,
            first_wall=min(group.first_wall for group in groups),
            last_wall=max(group.last_wall for group in groups),
            category=advice.category,
            title=TITLES[advice.category],
            points_at=advice.points_at,
            remedy=advice.remedy,
            new_in_step=self._is_new(groups),
            trend=self._trend(groups),
            sample=_cut(first.sample, SAMPLE_LENGTH),
            groups=tuple(group.id for group in groups),
        )

    def _is_new(self, groups: Sequence[ErrorGroup]) -> bool:
        return self._step is not None and min(g.first_step for g in groups) >= self._step

    def _trend(self, groups: Sequence[ErrorGroup]) -> Trend | None:
        row = groups[0].row
        exposure = self._exposures.get(row)
        if exposure is None:
            exposure = self._exposures[row] = Exposure(self._state.rows[row].points())
        return trend_of(
            (group.over_time for group in groups), exposure, self._state.load_ended_s or 0.0
        )


def _rest(left: Sequence[tuple[int, list[ErrorGroup]]], total: int) -> Explained:
    count = sum(count for count, _ in left)
    groups = [group for _, groups in left for group in groups]
    advice = ADVICE["rest"]
    kinds = f"{len(left)} more kind{'s' if len(left) > 1 else ''} of failures"
    return Explained(
        source="request",
        method="",
        name="",
        status=None,
        text=kinds,
        count=count,
        share=count / total,
        first_wall=min(group.first_wall for group in groups),
        last_wall=max(group.last_wall for group in groups),
        category=advice.category,
        title=TITLES[advice.category],
        points_at=advice.points_at,
        remedy=advice.remedy,
        sample=kinds,
    )


def _tell_exception(error: ScriptError, count: int, total: int, answered: bool) -> Explained:
    place = _place_in_traceback(error.traceback)
    advice = _advice(of_text(error.message) or "script", answered, place)
    return Explained(
        source="script",
        method="",
        name=place,
        status=None,
        text=_cut(error.message),
        count=count,
        share=count / total,
        first_wall=error.first_wall,
        last_wall=error.last_wall,
        category=advice.category,
        title=TITLES[advice.category],
        points_at=advice.points_at,
        remedy=advice.remedy,
        sample=_cut(error.message, SAMPLE_LENGTH),
        groups=(error.id,),
    )


_FRAME = re.compile(r'^ *File "([^"\n]+)", line (\d+), in (\S+)', re.M)
_FRAME_IN_TEXT = re.compile(r"(?<![^\s,'\"])([^\s,'\":]+):(\d+) in (\w+)")
_OTHERS = re.compile(r"(?:site|dist)-packages[/\\]|[/\\]lib[/\\]python3")


def _place_in_traceback(text: str) -> str:
    """Where the locustfile, or a module of its project, was when it was raised."""
    return _innermost(_FRAME.findall(text))


def _place_in_text(text: str) -> str:
    """The same from the message that Locust's `rest()` makes of an exception."""
    return _innermost(_FRAME_IN_TEXT.findall(text))


def _innermost(frames: Sequence[tuple[str, str, str]]) -> str:
    own = [frame for frame in frames if not _OTHERS.search(frame[0])]
    if not own:
        return ""
    path, line, function = own[-1]
    file = path.replace("\\", "/").rpartition("/")[2]
    return f"{file[-40:]}:{line} in {function[:40]}"


def _cut(text: str, length: int = TEXT_LENGTH) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
