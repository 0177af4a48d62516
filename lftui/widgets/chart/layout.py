"""Which rows and columns of a chart are for what."""

from __future__ import annotations

import msgspec

_LEAST_CELLS = 12  # narrower than this the lines need the room more than anything beside them
_GUTTER_FROM = 60
_GUTTER_FROM_PLAIN = 44


class Bands(msgspec.Struct, frozen=True):
    """The rows, from above; None where there is no room for it."""

    title: int | None
    legend: int | None
    top: int
    rows: int
    base: int | None


class Columns(msgspec.Struct, frozen=True):
    """The widths, from the left: labels, axis, lines, names of their ends, axis, labels."""

    left: int
    cells: int
    gutter: int
    right: int


def bands(height: int, one_header: bool) -> Bands:
    """The rows of a chart; with `one_header` title and legend share the first one."""
    header = 0 if height < 2 else 1 if one_header or height < 6 else 2
    base = height - 1 if height >= 4 else None
    rows = height - header - (base is not None)
    title = 0 if header == 2 or (header == 1 and one_header) else None
    legend = header - 1 if header else None
    return Bands(title, legend, header, max(0, rows), base)


def columns(width: int, left: int, right: int, names: int, plain: bool) -> Columns:
    """The widths, for labels and names so wide (0: there are none).

    What there is no room for goes: first the names at the lines' ends, then the right axis, then
    the left one. `plain`: there is no color, so the names are needed sooner.
    """
    left += 1 if left else 0
    right += 1 if right else 0
    wanted = names + 1 if names else 0
    gutter = wanted if width >= (_GUTTER_FROM_PLAIN if plain else _GUTTER_FROM) else 0
    if width - left - right - gutter < 2 * _LEAST_CELLS:
        gutter = 0
    if width - left - right < _LEAST_CELLS:
        right = 0
    if width - left < _LEAST_CELLS:
        left = 0
    return Columns(left, max(0, width - left - right - gutter), gutter, right)
