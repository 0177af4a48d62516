"""What is drawn around the lines: thresholds, markers, the read-out cursor, the lines' names."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.widgets.chart.data import Limit, Line, Marker
from lftui.widgets.chart.scale import Scale
from lftui.widgets.chart.sheet import Sheet, single
from lftui.widgets.chart.ticks import value_text
from lftui.widgets.chart.timeline import Timeline

_CROWDED = 4  # with a marker in every fourth column their verticals would be a fence
_DASH, _DASH_ASCII = "╌", "-"
_RULE, _RULE_ASCII = "┊", ":"
_CURSOR, _CURSOR_ASCII = "│", "|"
_NAME = 8


def limit_row(limit: Limit, scale: Scale, rows: int, dots: int) -> int | None:
    """The row of cells that a threshold is on; None where it lies beyond the scale."""
    if not 0 <= limit.value <= scale.top * (1 + 1e-9):
        return None
    return rows - 1 - scale.dot(limit.value, rows * dots) // dots


def draw_cursor(sheet: Sheet, cell: int, ascii: bool) -> None:
    """The read-out's vertical, behind the lines."""
    for y in range(sheet.height):
        sheet.under(cell, y, _CURSOR_ASCII if ascii else _CURSOR, "cursor")


def draw_markers(sheet: Sheet, markers: Sequence[Marker], axis: Timeline, ascii: bool) -> None:
    """Each with its sign on the top row and, unless there are too many, a vertical."""
    by_cell = {axis.cell(one.at_s): one for one in markers}
    seen = {cell: one for cell, one in by_cell.items() if 0 <= cell < axis.cells}
    for cell, one in seen.items():
        if len(seen) * _CROWDED <= axis.cells:
            for y in range(1, sheet.height):
                sheet.under(cell, y, _RULE_ASCII if ascii else _RULE, one.tone)
        sheet.put(cell, 0, single(one.sign[:1], ascii) or "?", one.tone)


def draw_limits(
    sheet: Sheet, limits: Sequence[Limit], scale: Scale, cells: int, unit: str, ascii: bool
) -> None:
    """Horizontals with their labels; of those beyond the scale a word below the border."""
    dash = _DASH_ASCII if ascii else _DASH
    for limit in limits:
        row = limit_row(limit, scale, sheet.height, 1 if ascii else 4)
        if row is None:
            continue
        for x in range(sheet.width):
            sheet.under(x, row, dash, limit.tone)
        for text in (limit.text, value_text(limit.value, unit)):
            if _write(sheet, row, f" {single(text, ascii)} ", limit.tone, cells, ascii):
                break
    above = beyond(limits, scale)
    if above:
        _say_above(sheet, above, cells, ascii)


def _write(sheet: Sheet, row: int, text: str, tone: str, cells: int, ascii: bool) -> bool:
    """Where no line and no sign is: at the left, else at the right, else where it fits."""
    last = cells - len(text) - 1
    for x in (1, last, *range(2, last)):
        if 0 <= x <= last and sheet.free(x, row, len(text), _background(ascii)):
            sheet.text(x, row, text, tone)
            return True
    return False


def _say_above(sheet: Sheet, limits: Sequence[Limit], cells: int, ascii: bool) -> None:
    """In the first place at the top where there is room; the axis has a sign anyway."""
    for text in (", ".join(one.text for one in limits), limits[0].text):
        full = f" {above_sign(ascii)} {single(text, ascii)} "
        for row in range(min(2, sheet.height)):
            if _write(sheet, row, full, limits[0].tone, cells, ascii):
                return


def beyond(limits: Sequence[Limit], scale: Scale) -> list[Limit]:
    """The thresholds above the scale, the lowest first."""
    above = [one for one in limits if one.value > scale.top * (1 + 1e-9)]
    return sorted(above, key=lambda one: one.value)


def above_sign(ascii: bool) -> str:
    """What stands at the border where a threshold is above it."""
    return "^" if ascii else "↑"


def _background(ascii: bool) -> str:
    """What may be written over: no line, no sign."""
    return f" {_RULE_ASCII}{_DASH_ASCII}" if ascii else f" {_RULE}{_DASH}"


def draw_names(sheet: Sheet, ends: Sequence[tuple[int, int, str, str]], ascii: bool) -> None:
    """The lines' names behind their ends: (cell, row, name, tone), where there is room."""
    for cell, row, name, tone in ends:
        text = single(name[:_NAME], ascii)
        for y in (row, row - 1, row + 1):
            # A blank before the name and, but at the border, behind it: no two words become one.
            length = min(len(text) + 2, max(len(text) + 1, sheet.width - cell - 1))
            if sheet.free(cell + 1, y, length, _background(ascii)):
                sheet.put(cell + 1, y, " ", "")
                sheet.text(cell + 2, y, text, tone)
                break


def label(line: Line) -> str:
    """What stands behind a line: its name, or its short one where that is too long to be there."""
    return line.short if line.short and len(line.name) > _NAME else line.name


def names_width(names: Sequence[str]) -> int:
    """The cells that the names at the lines' ends need."""
    return max((len(name[:_NAME]) for name in names), default=0)
