"""The lines of a table as texts with tones, before they are colored; and what changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import msgspec
from rich.cells import cell_len

from lftui.widgets.look import Look
from lftui.widgets.table.fitting import fitted, split_cell
from lftui.widgets.table.layout import GUTTER, Layout
from lftui.widgets.table.source import Cell, Column

Piece = tuple[str, str]
"""A text and its tone."""


class DrawnLine(msgspec.Struct, frozen=True):
    """One line.

    Attributes:
        pieces: side by side; together as wide as the table.
        cursor: the cursor is on it.
    """

    pieces: tuple[Piece, ...] = ()
    cursor: bool = False


def header_line(
    columns: Sequence[Column],
    layout: Layout,
    sort: tuple[str, bool] | None,
    note: str,
    in_ascii: bool,
) -> DrawnLine:
    """The titles; the note stands behind that of the widest column."""
    widest = max(layout.places, key=lambda place: place.width, default=None)
    texts = []
    for place in layout.places:
        column = columns[place.column]
        title = column.title
        if sort is not None and sort[0] == column.key:
            sign = ("v" if sort[1] else "^") if in_ascii else ("▾" if sort[1] else "▴")
            title = title[: place.width - 1] + sign
        if place is widest and note:
            title = f"{title}  {note}" if column.align == "left" else f"{note}  {title}"
        texts.append((fitted(title, place.width, column.align, in_ascii=in_ascii), "header"))
    left, right = ("<", ">") if in_ascii else ("‹", "›")
    line = _joined(layout, texts, left if layout.skipped else " ", "header")
    return DrawnLine(_with_sign(line.pieces, right)) if layout.more else line


def _with_sign(pieces: tuple[Piece, ...], sign: str) -> tuple[Piece, ...]:
    """The last blank cell, at the end of the line or before its last title, becomes the sign."""
    for at in (-1, -2):
        text, tone = pieces[at] if len(pieces) > 2 else ("", "")
        if text.endswith(" "):
            changed_piece = (text[:-1] + sign, tone)
            return (*pieces[:at], changed_piece, *(pieces[at + 1 :] if at < -1 else ()))
    return pieces


def row_line(
    columns: Sequence[Column],
    layout: Layout,
    cells: Sequence[Cell],
    look: Look,
    cursor: bool,
    marked: bool,
) -> DrawnLine:
    """A row; `marked` shows where the cursor is also without color or focus."""
    texts = []
    for place in layout.places:
        column = columns[place.column]
        text, tone = split_cell(cells[place.column])
        text = fitted(look.plain(text), place.width, column.align, column.keep, look.ascii)
        texts.append((text, tone))
    return _joined(layout, texts, look.plain("▸") if marked else " ", "", cursor)


def message_lines(text: str, width: int, height: int, look: Look) -> list[DrawnLine]:
    """A text in the middle of an area, as lines for the whole of it."""
    if width < 1 or height < 1:
        return [DrawnLine()] * max(0, height)
    said = wrap(look.plain(text), max(1, width - 2)) if width > 2 else []
    said = said[:height]
    above = (height - len(said)) // 2
    lines = [""] * above + said + [""] * (height - len(said) - above)
    return [DrawnLine(((_centered(line, width, look.ascii), "dim"),)) for line in lines]


def changed(old: DrawnLine, new: DrawnLine) -> tuple[int, int] | None:
    """The first cell that differs and how many cells from there on; None where none does."""
    if old == new:
        return None
    widths = [cell_len(text) for text, _ in new.pieces]
    same = len(old.pieces) == len(new.pieces) and old.cursor == new.cursor
    if not same or widths != [cell_len(text) for text, _ in old.pieces]:
        return 0, sum(widths)
    differing = [
        number
        for number, (before, after) in enumerate(zip(old.pieces, new.pieces, strict=True))
        if before != after
    ]
    first, last = differing[0], differing[-1]
    return sum(widths[:first]), sum(widths[first : last + 1])


def _joined(
    layout: Layout, texts: Sequence[Piece], mark: str, tone: str, cursor: bool = False
) -> DrawnLine:
    """The gutter, and each text with the space before it, to the full width."""
    if layout.width < 1:
        return DrawnLine()
    pieces: list[Piece] = [(mark, tone)]
    x = GUTTER
    for number, (text, own) in enumerate(texts):
        if number:
            pieces.append((" ", tone))
            x += 1
        pieces.append((text, own))
        x += layout.places[number].width
    if x < layout.width:
        pieces.append((" " * (layout.width - x), tone))
    return DrawnLine(tuple(pieces), cursor)


def _centered(text: str, width: int, in_ascii: bool) -> str:
    before = max(0, (width - cell_len(text)) // 2)
    return fitted(" " * before + text, width, in_ascii=in_ascii)
