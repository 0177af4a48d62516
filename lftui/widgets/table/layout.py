"""Where the columns of a table stand."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.widgets.table.source import Column

GUTTER = 1
"""The cell at the left that the sign of the cursor stands in."""
FLEXIBLE_MIN = 12
_SQUEEZED = 4


class Place(msgspec.Struct, frozen=True):
    """A column in sight: its number in the source, its first cell, its width in cells."""

    column: int
    x: int
    width: int


class Layout(msgspec.Struct, frozen=True):
    """The columns in sight.

    Attributes:
        skipped: columns that were scrolled past.
        more: columns are out of sight to the right, so that one can scroll to them.
    """

    places: tuple[Place, ...] = ()
    width: int = 0
    skipped: int = 0
    more: bool = False

    def column_at(self, x: int) -> int | None:
        """The column in a cell."""
        for place in self.places:
            if place.x <= x < place.x + place.width:
                return place.column
        return None


def lay_out(columns: Sequence[Column], width: int, skipped: int = 0) -> Layout:
    """The columns that have room in so many cells.

    Without scrolling those that `from_width` allows, the flexible one taking what is left. Scrolled
    by `skipped` columns also the others come into sight behind the fixed ones, which stay.
    """
    allowed = [index for index, one in enumerate(columns) if one.from_width <= width]
    first, fits = _placed(columns, allowed, width, None)
    if not skipped:
        return Layout(first, width, 0, not fits or len(allowed) < len(columns))
    flexible = next((one.width for one in first if not columns[one.column].width), None)
    fixed = [index for index, one in enumerate(columns) if one.fixed]
    others = [index for index, one in enumerate(columns) if not one.fixed]
    places, fits = _placed(columns, [*fixed, *others[skipped:]], width, flexible)
    return Layout(places, width, skipped, not fits)


def _placed(
    columns: Sequence[Column], chosen: Sequence[int], width: int, flexible: int | None
) -> tuple[tuple[Place, ...], bool]:
    """As many of the chosen columns as there is room for, and whether that is all of them."""
    widths: list[tuple[int, int]] = []
    x = GUTTER
    for index in chosen:
        wanted = columns[index].width or flexible or FLEXIBLE_MIN
        if x + wanted > width and widths and (columns[index].width or width - x < _SQUEEZED):
            break
        wanted = max(0, min(wanted, width - x))
        widths.append((index, wanted))
        x += wanted + 1
    spare = width - (x - 1) if flexible is None else 0
    places, x = [], GUTTER
    for index, wanted in widths:
        if not columns[index].width:
            wanted += max(0, spare)
            spare = 0
        places.append(Place(index, x, wanted))
        x += wanted + 1
    return tuple(places), len(widths) == len(chosen)
