"""What lies over every chart of a run: its steps as bands, what happened as verticals."""

from __future__ import annotations

from typing import Literal

import msgspec

from lftui.judge.load import rate_said
from lftui.judge.workers import is_back, is_loss
from lftui.records import Marked
from lftui.reports.html.table import line
from lftui.reports.mark_words import mark_said, who_of
from lftui.run_state import RunState

Kind = Literal["note", "hand", "breach", "guard", "other"]
SIGNS: dict[Kind, str] = {"note": "N", "hand": "H", "breach": "!", "guard": "G", "other": "·"}
WORDS: dict[Kind, str] = {
    "note": "note",
    "hand": "load changed by hand",
    "breach": "limit broken or mended, target stalled, worker lost or back",
    "guard": "guard acted",
    "other": "other event",
}
_LOAD = ("users", "rate", "stage", "step", "hold", "resume", "pause", "unpause", "undo")
_SILENT = ("controls", "policy")
_NAME = 160


class Band(msgspec.Struct, frozen=True):
    """A step, in seconds of the run; `load` is its users, or its rate."""

    number: int
    load: str
    begin_s: float
    end_s: float


class Vertical(msgspec.Struct, frozen=True):
    """Something that happened, in seconds of the run."""

    at_s: float
    kind: Kind
    text: str


class Overlays(msgspec.Struct, frozen=True):
    """What lies over the charts.

    Attributes:
        events: how many could be drawn; of very many not all are.
    """

    bands: list[Band]
    verticals: list[Vertical]
    events: int = 0

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of verticals that are there, in the order of the legend."""
        there = {one.kind for one in self.verticals}
        return [kind for kind in SIGNS if kind in there]


def overlays(state: RunState, began_s: float, most: int) -> Overlays:
    """The steps, and at most `most` marks: of more of them those that people made and limits that
    broke, the newest. What the shape did is shown by the bands and the wanted users."""
    bands = [
        Band(
            step.number,
            f"{step.users:,}" if step.rate is None else rate_said(step.rate),
            max(0.0, step.began_s - began_s),
            max(0.0, (step.last_s if step.ended_s is None else step.ended_s) - began_s),
        )
        for step in state.steps.all()
    ]
    found = [mark for mark in state.marks if _drawn(mark)]
    shown = found
    if len(found) > most:
        kinds = [kind_of(mark) != "other" for mark in found]
        told = [mark for mark, weighty in zip(found, kinds, strict=True) if weighty]
        shown = (told or found)[-most:]
    verticals = [
        Vertical(max(0.0, mark.mono - began_s), kind_of(mark), _text(mark)) for mark in shown
    ]
    return Overlays(bands, verticals, len(found))


def kind_of(mark: Marked) -> Kind:
    """What a mark is to a reader of a chart."""
    if mark.type == "note":
        return "note"
    if mark.type in ("breach", "stalled") or is_loss(mark) or is_back(mark):
        return "breach"
    if mark.type == "guard":
        return "guard"
    return "hand" if mark.type in _LOAD and by_hand(mark) else "other"


def by_hand(mark: Marked) -> bool:
    """Whether somebody did it, not the plan."""
    return bool(mark.command_id) or mark.who not in ("", "shape")


def _drawn(mark: Marked) -> bool:
    if mark.type in _SILENT:
        return False
    return mark.type not in _LOAD or by_hand(mark)


def _text(mark: Marked) -> str:
    return line(f"{mark_said(mark)} ({who_of(mark)})", _NAME)
