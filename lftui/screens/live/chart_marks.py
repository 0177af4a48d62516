"""What happened during a run, as markers on a chart."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.workers import is_back, is_loss
from lftui.records import Marked
from lftui.run_state import RunState
from lftui.widgets.chart.data import Marker

_SIGNS = {
    "users": "U",
    "rate": "U",
    "stage": "S",
    "step": "S",
    "hold": "H",
    "resume": "R",
    "pause": "P",
    "unpause": "R",
    "undo": "Z",
    "note": "N",
    "window": "W",
    "breach": "!",
    "stalled": "!",
    "guard": "G",
    "blocked": "B",
    "capacity": "C",
    "worker": "L",
    "stop": "X",
    "kill": "X",
}
_TONES = {"breach": "critical", "stalled": "critical", "guard": "warning", "kill": "critical"}
_WORDS = {
    "hold": "shape held",
    "resume": "back to the shape",
    "pause": "paused",
    "unpause": "goes on",
    "undo": "undone",
    "window": "fresh window",
    "stop": "stop asked for",
    "kill": "killed",
    "stalled": "stalled",
    "breach": "limit broken",
    "guard": "guard",
    "note": "note",
    "blocked": "blocked",
    "capacity": "capacity search",
    "worker": "workers changed",
}
_LOAD = ("users", "rate", "stage", "step")
_MOST = 60


def markers_of(state: RunState, began_s: float, since_s: float) -> list[Marker]:
    """The markers from a moment (monotonic) on, oldest first.

    Of very many the planned changes of the load are left out: what people did and what broke is
    what one looks for.
    """
    found: list[Marked] = []
    for mark in reversed(state.marks):
        if mark.mono < since_s:
            break
        if mark.type in _SIGNS and not _is_small(mark):
            found.append(mark)
    if len(found) > _MOST:
        found = [one for one in found if one.type not in _LOAD or by_hand(one)]
    found = found[:_MOST]
    return [_marker(mark, began_s) for mark in reversed(found)]


def _is_small(mark: Marked) -> bool:
    """Of a search what was judged and found is drawn: the load's own marks say what was tried."""
    return mark.type == "capacity" and not {"trial", "found"} & mark.facts.keys()


def by_hand(mark: Marked) -> bool:
    """Whether somebody did it, not the plan."""
    return bool(mark.command_id) or mark.who not in ("", "shape")


def _marker(mark: Marked, began_s: float) -> Marker:
    mended, lost = bool(mark.facts.get("mended")) or is_back(mark), is_loss(mark)
    tone = "critical" if lost else _TONES.get(mark.type, "mark")
    return Marker(
        at_s=max(0.0, mark.mono - began_s),
        sign="=" if mended else _SIGNS[mark.type],
        text=_text(mark),
        tone="good" if mended else tone,
    )


def _text(mark: Marked) -> str:
    if mark.type in _LOAD:
        load = _load(mark)
        if mark.type in ("users", "rate"):
            return f"{load} by hand" if by_hand(mark) else load
        stage = f"stage {mark.stage + 1}: " if mark.stage is not None else ""
        return f"{stage}{load}"
    word = _WORDS[mark.type]
    if mark.type == "note":
        return f"note: {mark.text}"
    return mark.text or word


def _load(mark: Marked) -> str:
    if mark.new_rate is not None:
        return rate_said(mark.new_rate)
    return f"{mark.new} users" if mark.new is not None else "users changed"
