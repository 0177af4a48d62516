"""A table for a terminal: as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len

_GAP = "  "


class Column(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        rank: of what does not fit the highest goes first; 0 never goes and is never cut.
        least: it can be cut down to so many cells; 0 for whole or not at all. The end of a longer
            text stays, which tells paths apart.
    """

    title: str
    cells: Sequence[str]
    rank: int = 0
    right: bool = False
    least: int = 0


def table_lines(columns: Sequence[Column], width: int) -> list[str]:
    """The header and the rows; no line is wider than `width` unless what has to stay is."""
    shown = list(columns)
    widths = [_width(column) for column in shown]
    while (over := sum(widths) + len(_GAP) * (len(shown) - 1) - width) > 0:
        place = next(
            (
                number
                for number, column in enumerate(shown)
                if column.least and widths[number] - over >= max(column.least, len(column.title))
            ),
            None,
        )
        if place is not None:
            widths[place] -= over
            break
        rank = max(column.rank for column in shown)
        if rank == 0:
            break
        place = next(number for number, column in enumerate(shown) if column.rank == rank)
        del shown[place], widths[place]
    rows = [
        [column.title for column in shown],
        *zip(*(column.cells for column in shown), strict=True),
    ]
    return [_line(shown, widths, row) for row in rows]


def _width(column: Column) -> int:
    return max(cell_len(text) for text in (column.title, *column.cells))


def _line(columns: Sequence[Column], widths: Sequence[int], texts: Sequence[str]) -> str:
    parts = []
    for column, width, text in zip(columns, widths, texts, strict=True):
        shown = _cut(text, width)
        blanks = " " * (width - cell_len(shown))
        parts.append(blanks + shown if column.right else shown + blanks)
    return _GAP.join(parts).rstrip()


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return "…" + text
