"""Tables as the templates draw them: one form for all of them."""

from __future__ import annotations

from typing import Literal

import msgspec
from markupsafe import Markup

from lftui.judge.difference.words import digits
from lftui.judge.measured import Reading
from lftui.judge.outcome import SIGNS, Outcome
from lftui.reports.said import NONE, percent
from lftui.safe_text import safe, safe_line

GRAVITY: dict[Outcome | None, int] = {"fail": 0, "warn": 1, "inconclusive": 2, "pass": 3, None: 4}
"""The order of outcomes, the gravest first."""
_LINE = 300
_TEXT = 2_000


class Head(msgspec.Struct, frozen=True):
    """A column's head.

    Attributes:
        kind: numbers are aligned to the right.
        about: what it means, as a hint.
        group: the heads that stand beside one another under one more head.
    """

    text: str
    kind: Literal["text", "number"] = "number"
    about: str = ""
    group: str = ""
    sortable: bool = True


class Cell(msgspec.Struct, frozen=True):
    """One cell.

    Attributes:
        value: what it is sorted by, and the figure in full: milliseconds, shares, requests a
            second. Without one a text is sorted by itself, and a number stands last.
        sign, tone: of an outcome, told by sign and color beside the text.
        picture: a small SVG.
        note: more of it, in small letters.
    """

    text: str
    value: float | None = None
    sign: str = ""
    tone: str = ""
    picture: Markup = Markup()
    note: str = ""
    title: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line; its first cell names it. `tone` marks the whole line."""

    cells: list[Cell]
    tone: str = ""
    note: str = ""


class Group(msgspec.Struct, frozen=True):
    """A head over several columns."""

    text: str
    columns: int


class Table(msgspec.Struct, frozen=True):
    """A table.

    Attributes:
        caption: what it shows, over which window, in which unit.
        named_by: which of the columns names a line.
        foot: the sum of all.
        more: how many lines were left out, and where they are.
    """

    name: str
    caption: str
    heads: list[Head]
    rows: list[Row]
    named_by: int = 0
    foot: Row | None = None
    more: str = ""
    sortable: bool = False
    filterable: bool = False

    @property
    def groups(self) -> list[Group]:
        """The heads above the heads; empty where there are none."""
        if not any(head.group for head in self.heads):
            return []
        found: list[Group] = []
        for head in self.heads:
            if found and found[-1].text == head.group:
                found[-1] = Group(head.group, found[-1].columns + 1)
            else:
                found.append(Group(head.group, 1))
        return found


# --- cells ---------------------------------------------------------------------------------------


def text(value: str, title: str = "", note: str = "") -> Cell:
    """Foreign text on one line, made safe once more: a journal may come from elsewhere."""
    shown = line(value)
    return Cell(shown, title=line(title), note=note)


def count(value: int) -> Cell:
    """A whole number."""
    return Cell(f"{value:,}", value)


def number(value: float | None, note: str = "") -> Cell:
    """A figure in three digits; the whole of it is what it is sorted by."""
    return Cell(NONE if value is None else digits(value), value, note=note)


def share(value: float | None) -> Cell:
    """A share 0..1 in percent."""
    return Cell(NONE if value is None else percent(value), value)


def outcome(value: Outcome | None, note: str = "") -> Cell:
    """An outcome by sign, color and word; a line without one sorts last."""
    if value is None:
        return Cell(NONE, GRAVITY[None], note=note)
    return Cell(value, GRAVITY[value], SIGNS[value], value, note=note)


def reading(metric: str, found: Reading) -> Cell:
    """A figure with the interval that holds the true one below it."""
    scale = 100.0 if metric == "error_ratio" else 1.0
    if found.value is None:
        return Cell(NONE)
    return Cell(digits(found.value * scale), found.value, note=interval(found, scale))


def interval(found: Reading, scale: float = 1.0) -> str:
    """`38.1–45.9`; an end beyond the samples is a question mark."""
    if found.low is None and found.high is None:
        return "too few"
    ends = ("?" if end is None else digits(end * scale) for end in (found.low, found.high))
    return "–".join(ends)


def line(value: str, limit: int = _LINE) -> str:
    """Foreign text on one line."""
    return safe_line(value, limit)


def block(value: str, limit: int = _TEXT) -> str:
    """Foreign text with its line ends."""
    return safe(value, limit)


def left_out(shown: int, total: int, where: str = "in the CSV") -> str:
    """`and 1,240 more, in the CSV`; empty where nothing was left out."""
    return f"and {total - shown:,} more, {where}" if total > shown else ""
