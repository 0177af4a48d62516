"""Lines of text made of parts that give way where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
"""A text and its tone (`lftui.widgets.look`); `!critical` is that tone in reverse."""
Row = list[Span]
"""One line."""


class Part(msgspec.Struct, frozen=True):
    """A part of a line.

    Attributes:
        forms: how it can be said, from the longest to the shortest; an empty last one lets it go.
        rank: the part with the highest rank gives way first.
    """

    forms: Sequence[Row]
    rank: int = 0


def width_of(row: Row) -> int:
    """The cells that a row takes."""
    return sum(cell_len(text) for text, _ in row)


def joined(parts: Sequence[Part], width: int, gap: int = 2) -> Row:
    """The parts side by side; those of the highest rank are said shorter until all fit."""
    chosen = [0] * len(parts)
    while (length := _length(parts, chosen, gap)) > width:
        can = [i for i, part in enumerate(parts) if chosen[i] + 1 < len(part.forms)]
        if not can:
            break
        chosen[max(can, key=lambda i: parts[i].rank)] += 1
    if length > width and gap > 1:
        return joined(parts, width, 1)
    row: Row = []
    for part, form in zip(parts, chosen, strict=True):
        if part.forms[form]:
            row += [*([(" " * gap, "")] if row else []), *part.forms[form]]
    return row


def _length(parts: Sequence[Part], chosen: Sequence[int], gap: int) -> int:
    widths = [width_of(part.forms[form]) for part, form in zip(parts, chosen, strict=True)]
    shown = [width for width in widths if width]
    return sum(shown) + gap * max(0, len(shown) - 1)


def padded(row: Row, width: int) -> Row:
    """The row with blanks behind it, so that it takes at least so many cells."""
    missing = width - width_of(row)
    return [*row, (" " * missing, "")] if missing > 0 else row


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in at most so many cells; one that is cut says so."""
    if cell_len(text) <= width:
        return text
    if width <= len(ellipsis):
        return set_cell_size(text, max(width, 0))
    return set_cell_size(text, width - len(ellipsis)).rstrip() + ellipsis


def wrapped(text: str, width: int, indent: int = 2) -> list[str]:
    """The text broken at its spaces into lines of at most so many cells; a word that is longer
    than a line is broken too. What follows the first line is indented."""
    lines, line = [], ""
    for word in text.split():
        while word:
            room = width - cell_len(line) - (1 if line.strip() else 0)
            if cell_len(word) <= room:
                line = f"{line} {word}" if line.strip() else line + word
                break
            if line.strip():
                lines.append(line)
                line = " " * indent
                continue
            taken = _cells_of(word, max(room, 1))
            lines.append(line + word[:taken])
            line, word = " " * indent, word[taken:]
    return [*lines, line] if line.strip() or not lines else lines


def _cells_of(word: str, room: int) -> int:
    """How many characters of a word fit; one at least."""
    taken = 0
    while taken < len(word) and cell_len(word[: taken + 1]) <= room:
        taken += 1
    return max(taken, 1)
