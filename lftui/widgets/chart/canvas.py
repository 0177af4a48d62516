"""Lines made of dots: eight to a cell in braille, one to a cell in ASCII."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

Dot = tuple[int, int]
"""A column and a row of dots; row 0 is the lowest."""

_BRAILLE = 0x2800
# By the dot's row in its cell, from above, and by its column.
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_DASHES = ((1, 1), (6, 4), (2, 2), (3, 5), (1, 3))
MARKS = "*o+x."


class Ink(msgspec.Struct, frozen=True):
    """How a line is drawn.

    Attributes:
        mark: its character in ASCII.
        dash: columns of dots in a period, and those of them that are drawn.
    """

    tone: str
    mark: str = "*"
    dash: tuple[int, int] = (1, 1)


def ink(number: int, tone: str, dashed: bool) -> Ink:
    """The ink of the line with this number; with `dashed` lines differ without color."""
    return Ink(
        tone, MARKS[number % len(MARKS)], _DASHES[number % len(_DASHES)] if dashed else (1, 1)
    )


class Canvas:
    """A grid of cells; each has one tone: a line that is drawn later takes the cells it crosses.

    Attributes:
        columns, rows: its size in dots.
        chars, tones: its cells, row by row from above, after `settle`.
    """

    def __init__(self, width: int, height: int, ascii: bool = False) -> None:
        self.width, self.height, self.ascii = width, height, ascii
        self.columns, self.rows = (width, height) if ascii else (2 * width, 4 * height)
        self.tones: list[str] = [""] * (width * height)
        self.chars: list[str] = [" "] * (width * height)
        self._bits: list[int] = [0] * (width * height)

    def line(self, dots: Iterable[Dot | None], ink: Ink, first: int = 0) -> None:
        """Draw from dot to dot; None lifts the pen. Dots outside are clipped.

        `first` is the absolute number of column 0: dashes stay where they are when it moves.
        """
        period, drawn = ink.dash
        for column, (low, high) in self._spans(dots).items():
            if (first + column) % period >= drawn and low == high:
                continue
            self._fill(column, max(low, 0), min(high, self.rows - 1), ink)

    def settle(self) -> None:
        """Turn the dots into characters."""
        if self.ascii:
            return
        for cell, bits in enumerate(self._bits):
            if bits:
                self.chars[cell] = chr(_BRAILLE | bits)

    def _fill(self, column: int, low: int, high: int, ink: Ink) -> None:
        width, tone = self.width, ink.tone
        if self.ascii:
            for row in range(self.rows - 1 - high, self.rows - low):
                self.chars[row * width + column] = ink.mark
                self.tones[row * width + column] = tone
            return
        bits, side, x = self._bits, column & 1, column >> 1
        for row in range(self.rows - 1 - high, self.rows - low):
            cell = (row >> 2) * width + x
            bits[cell] |= _BITS[row & 3][side]
            self.tones[cell] = tone

    def _spans(self, dots: Iterable[Dot | None]) -> dict[int, tuple[int, int]]:
        """The lowest and highest dot by column, so that each line is drawn through once."""
        spans: dict[int, tuple[int, int]] = {}
        columns = self.columns
        before: Dot | None = None
        for dot in dots:
            if dot is not None:
                x, y = dot
                if before is None or x < before[0]:
                    if 0 <= x < columns:
                        _widen(spans, x, y, y)
                elif x == before[0]:
                    if 0 <= x < columns:
                        _widen(spans, x, min(y, before[1]), max(y, before[1]))
                else:
                    _join(spans, before, dot, columns)
            before = dot
        return spans


def _widen(spans: dict[int, tuple[int, int]], column: int, low: int, high: int) -> None:
    known = spans.get(column)
    if known is not None:
        low = known[0] if known[0] < low else low
        high = known[1] if known[1] > high else high
    spans[column] = (low, high)


def _join(spans: dict[int, tuple[int, int]], begin: Dot, end: Dot, columns: int) -> None:
    """From one dot to another further right: each column takes half of the way up or down."""
    (x0, y0), (x1, y1) = begin, end
    first, last = max(x0 + 1, 0), min(x1, columns - 1)
    length, climb = x1 - x0, y1 - y0
    before = y0 + round(climb * (first - 1 - x0) / length)
    for x in range(first, last + 1):
        y = y1 if x == x1 else y0 + round(climb * (x - x0) / length)
        if y >= before:
            middle = (before + y) // 2
            low, high, lower, upper = before, middle, min(middle + 1, y), y
        else:
            middle = (before + y + 1) // 2
            low, high, lower, upper = middle, before, y, max(middle - 1, y)
        if x > 0:
            _widen(spans, x - 1, low, high)
        _widen(spans, x, lower, upper)
        before = y
