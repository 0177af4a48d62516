"""Scrollbars of whole cells: the same in color, without it, and in ASCII."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender


class WholeCells(ScrollBarRender):
    """No eighths of a cell at the ends of the bar: those are glyphs that not each terminal has."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def use_whole_cells() -> None:
    """Draw all scrollbars like this from now on."""
    ScrollBar.renderer = WholeCells
