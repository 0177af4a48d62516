"""A line of a table in color, with as few changes of style as it can have."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import bidirectional

from rich.segment import Segment
from rich.style import Style

from lftui.widgets.look import Look
from lftui.widgets.table.lines import DrawnLine

_TO_THE_RIGHT = "\u200e"
"""No cell wide. Behind Hebrew or Arabic names it keeps terminals that reorder a line by its
directions from turning the figures round that follow."""


def segments(line: DrawnLine, base: Style, look: Look) -> list[Segment]:
    """The line's texts, each in its tone.

    Every change of style is 25 bytes on the wire, more than most figures. So blanks go with what
    is before them, and neighbors of one style are one segment: a table takes a third of the bytes.
    """
    ground = _style(base, look, "", line.cursor)
    runs: list[tuple[str, Style]] = []
    text, current = "", ground
    for piece, tone in line.pieces:
        if not piece.isascii() and _runs_backwards(piece):
            piece += _TO_THE_RIGHT
        body = piece.strip(" ")
        if not body:
            text += piece
            continue
        style = _style(base, look, tone, line.cursor)
        if style == current:
            text += piece
            continue
        before = len(piece) - len(piece.lstrip(" "))
        after = len(piece) - before - len(body)
        loud = _is_seen_on_blanks(style, ground)
        text += " " * before
        if text.strip() or loud or _is_seen_on_blanks(current, ground):
            runs.append((text, current))
            text = ""
        text, current = text + body, style
        if after and loud:
            runs.append((text, current))
            text, current = "", ground
        text += " " * after
    runs.append((text, current))
    return [Segment(text, style) for text, style in runs if text]


def _is_seen_on_blanks(style: Style, ground: Style) -> bool:
    return bool(style.reverse or style.underline or style.bgcolor != ground.bgcolor)


@lru_cache(1024)
def _runs_backwards(text: str) -> bool:
    return any(bidirectional(one) in ("R", "AL", "AN") for one in text)


@lru_cache(512)
def _combined(base: Style, tone: Style, cursor: Style | None) -> Style:
    # The cursor's own colors win: they are legible on its ground, whatever the tone.
    return base + tone if cursor is None else base + tone + cursor


def _style(base: Style, look: Look, tone: str, cursor: bool) -> Style:
    over = (look.style("cursor") or Style(reverse=True)) if cursor else None
    return _combined(base, look.style(tone), over)
