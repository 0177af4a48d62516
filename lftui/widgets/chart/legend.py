"""The line that names the series with their values, and the title."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len

from lftui.widgets.chart.canvas import MARKS
from lftui.widgets.chart.data import ChartData, Line
from lftui.widgets.chart.sheet import Run, shown
from lftui.widgets.chart.ticks import length_text, value_text

_SHORT = 4
_GLYPHS = ("━", "╍", "┅", "╌", "┈")


class Entry(msgspec.Struct, frozen=True):
    """A series in the legend.

    Attributes:
        hidden: it is switched off.
        colored: its tone alone tells it from the others.
    """

    name: str
    short: str
    value: str
    tone: str
    glyph: str
    hidden: bool = False
    colored: bool = False


def entry(
    number: int,
    line: Line,
    value: float | None,
    hidden: bool,
    ascii: bool,
    plain: bool,
) -> Entry:
    """The entry of the line with this number; a unit that is the name again is left out."""
    name, unit = line.name, line.unit
    text = value_text(value, unit, "-" if ascii else "—")
    name = shown(name, ascii)
    if unit and name == unit:
        text = text.removesuffix(f" {unit}")
    elif name.endswith(unit) and unit.startswith("/"):
        text = text.removesuffix(unit)
    glyphs = MARKS if ascii else _GLYPHS if plain else _GLYPHS[:1]
    short = shown(line.short, ascii) or name[:_SHORT]
    glyph, colored = glyphs[number % len(glyphs)], not (ascii or plain)
    return Entry(name, short, shown(text, ascii), line.tone, glyph, hidden, colored)


def legend(entries: Sequence[Entry], width: int) -> list[Run]:
    """The entries on one line, as roomy as it can be; at last some of them: no number is cut."""
    for style in _STYLES:
        runs = _runs(entries, style)
        if sum(cell_len(text) for text, _ in runs) <= width:
            return runs
    return legend(entries[:-1], width) if len(entries) > 1 else _runs(entries, _STYLES[-1])


def legend_width(entries: Sequence[Entry]) -> int:
    """The cells that the legend takes with all its room; it does not change with the values."""
    return sum(cell_len(text) for text, _ in _runs(entries, _STYLES[0]))


class _Style(msgspec.Struct, frozen=True):
    gap: int
    value: int = 0
    rates: bool = True
    glyph: bool = True
    short: bool = False


_STYLES = (
    _Style(gap=3, value=7),  # most values are shorter: the words stand still while figures change
    _Style(gap=2),
    _Style(gap=1),
    _Style(gap=1, rates=False),
    _Style(gap=1, rates=False, glyph=False),
    _Style(gap=1, rates=False, glyph=False, short=True),
)


def _runs(entries: Sequence[Entry], style: _Style) -> list[Run]:
    runs: list[Run] = []
    for index, one in enumerate(entries):
        name = one.short if style.short else one.name
        value = "off" if one.hidden else one.value if style.rates else one.value.removesuffix("/s")
        value = value.ljust(style.value)
        if index:
            runs.append((" " * style.gap, ""))
        tone = "dim" if one.hidden else one.tone
        if style.glyph or not one.colored:
            runs.append((f"{one.glyph} ", tone))
        runs.append((f"{name} ", "dim" if one.hidden else ""))
        runs.append((value, tone))
    return runs


def title(data: ChartData, unit: str, ascii: bool) -> str:
    """`response time, ms, last 1 min`."""
    if data.window_s:
        window = f"last {length_text(data.window_s)}"
    elif data.fixed:
        window = f"total {length_text(data.until_s)}"
    else:
        window = "whole run"
    unit = "" if unit in data.title.split() else unit
    return shown(", ".join(part for part in (data.title, unit, window) if part), ascii)
