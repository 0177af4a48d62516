"""Errors explained: under what they mean and what to do about it, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lftui.judge.diagnosis import Explained
from lftui.judge.verdict import Verdict
from lftui.reports.html.caps import Caps
from lftui.reports.html.moments import time_of_day, wall_of
from lftui.reports.html.table import block, line
from lftui.reports.said import clock, percent, several
from lftui.run_state import RunState, ScriptError

_TEXT = 400
_NOBODY: Mapping[int, ScriptError] = {}
_NOWHERE = {"request": "several endpoints", "script": "unknown"}


class Kind(msgspec.Struct, frozen=True):
    """One kind of failure. `full` is its count; first and last are in the time of the run; `nodes`
    are the workers in which the locustfile raised it."""

    count: str
    full: int
    share: str
    endpoint: str
    status: str
    text: str
    first: str
    first_clock: str
    last: str
    last_clock: str
    trend: str
    sample: str
    nodes: str = ""


class Meaning(msgspec.Struct, frozen=True):
    """Failures that mean the same."""

    title: str
    category: str
    count: str
    points_at: str
    remedy: str
    kinds: list[Kind]


class Errors(msgspec.Struct, frozen=True):
    """Failed requests, or what the locustfile raised, by meaning."""

    title: str
    meanings: list[Meaning]


def explained(state: RunState, verdict: Verdict, caps: Caps) -> list[Errors]:
    """Both, as far as there are any."""
    began = wall_of(state, state.load_began_s or state.last_s)
    found = (
        Errors("Failed requests", _meanings(verdict.errors, caps, began)),
        Errors(
            "Exceptions of the locustfile, outside of requests",
            _meanings(verdict.exceptions, caps, began, state.exceptions),
        ),
    )
    return [one for one in found if one.meanings]


def _meanings(
    kinds: Sequence[Explained],
    caps: Caps,
    began: float,
    raised: Mapping[int, ScriptError] = _NOBODY,
) -> list[Meaning]:
    together: dict[tuple[str, str], list[Explained]] = {}
    for kind in kinds:
        together.setdefault((kind.title, kind.remedy), []).append(kind)
    return [_meaning(alike, caps, began, raised) for alike in together.values()]


def _meaning(
    kinds: Sequence[Explained], caps: Caps, began: float, raised: Mapping[int, ScriptError]
) -> Meaning:
    first = kinds[0]
    word = "failure" if first.source == "request" else "exception"
    return Meaning(
        title=line(first.title),
        category=first.category,
        count=several(sum(kind.count for kind in kinds), word),
        points_at=first.points_at or "",
        remedy=line(first.remedy, _TEXT),
        kinds=[_kind(kind, caps, began, _nodes(kind, raised)) for kind in kinds],
    )


def _nodes(kind: Explained, raised: Mapping[int, ScriptError]) -> str:
    found = [raised[group] for group in kind.groups if group in raised]
    nodes = dict.fromkeys(node for error in found for node in error.nodes)
    return "" if list(nodes) == ["local"] else line(", ".join(nodes))


def _kind(kind: Explained, caps: Caps, began: float, nodes: str) -> Kind:
    new = "new in the last step" if kind.new_in_step else ""
    return Kind(
        count=f"{kind.count:,}",
        full=kind.count,
        share=percent(kind.share),
        endpoint=line(f"{kind.method} {kind.name}".strip()) or _NOWHERE[kind.source],
        status="" if kind.status is None else str(kind.status),
        text=line(kind.text, _TEXT),
        first=clock(max(0.0, kind.first_wall - began)),
        first_clock=time_of_day(kind.first_wall),
        last=clock(max(0.0, kind.last_wall - began)),
        last_clock=time_of_day(kind.last_wall),
        trend=", ".join(word for word in (kind.trend or "", new) if word),
        sample=block(kind.sample, caps.sample) if kind.sample != kind.text else "",
        nodes=nodes,
    )
