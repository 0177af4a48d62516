"""Texts made to fill a number of cells exactly, whatever is in them."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from lftui.widgets.table.source import Cell

_LONGEST = 4
"""Characters a cell that are looked at: of 10 kB names the rest is never measured."""


def fitted(
    text: str, width: int, align: str = "left", keep: str = "start", in_ascii: bool = False
) -> str:
    """The text in exactly `width` cells, with an ellipsis where some of it had to go."""
    if width <= 0:
        return ""
    if not (text.isascii() and text.isprintable()):
        most = width * _LONGEST + 1
        text = _harmless(text[:most] if keep == "start" else text[-most:], in_ascii)
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        return _cut(text, width, keep, "~" if in_ascii else "…")
    return " " * (width - size) + text if align == "right" else text + " " * (width - size)


def split_cell(cell: Cell) -> tuple[str, str]:
    """A cell's text and its tone."""
    return (cell, "") if isinstance(cell, str) else cell


def _harmless(text: str, in_ascii: bool) -> str:
    """What cannot be seen or moves the cursor is not drawn; nor, in ASCII, what is not ASCII."""
    shown = "".join(one if one.isprintable() else " " if one.isspace() else "?" for one in text)
    return shown.encode("ascii", "replace").decode("ascii") if in_ascii else shown


def _cut(text: str, width: int, keep: str, ellipsis: str) -> str:
    room = width - 1
    if keep == "start":
        return set_cell_size(text[: room * _LONGEST], room) + ellipsis
    rest = text[-room:] if room else ""
    while cell_len(rest) > room:
        rest = rest[1:]
    return set_cell_size(ellipsis + rest, width)
