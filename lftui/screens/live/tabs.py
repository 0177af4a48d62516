"""The tabs under the charts: a number is the key."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.screens.live.parts import Row, width_of

Tab = tuple[int, str, str]
"""The key's digit, the panel's name and its title."""


def tabs_row(tabs: Sequence[Tab], chosen: str, width: int) -> tuple[Row, list[str]]:
    """The line, and for each part of it the panel that a click on it chooses."""
    for gap in ("  ", " "):
        row, hits = _row(tabs, chosen, gap)
        if width_of(row) <= width:
            break
    return row, hits


def _row(tabs: Sequence[Tab], chosen: str, gap: str) -> tuple[Row, list[str]]:
    row: Row = []
    hits: list[str] = []
    for number, name, title in tabs:
        if row:
            row.append((gap, ""))
            hits.append("")
        here = name == chosen
        row += [(f"{number} ", "accent"), (title, "!accent" if here else "")]
        hits += [name, name]
    return row, hits
