"""What a table shows: columns, and rows known by their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

Cell = str | tuple[str, str]
"""A text, or a text and its tone (`lftui.widgets.look`)."""


class Column(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        width: in cells; 0 takes what the others leave (one column at most).
        from_width: the column is shown where the table has at least so many cells.
        sortable: whether rows can be ordered by it.
        high_first: the first order by it is descending, as one wants it of figures.
        fixed: stays in sight when the others are scrolled; the first columns only.
        keep: which end of a text that is too long stays; the end tells paths apart.
    """

    key: str
    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    from_width: int = 0
    sortable: bool = True
    high_first: bool = False
    fixed: bool = False
    keep: Literal["start", "end"] = "start"


class Source(Protocol):
    """The rows of a table at one moment.

    A source may also have `pinned`: keys of rows that stay first in every order (a total).
    """

    columns: Sequence[Column]
    empty: str
    """What stands in the place of rows where there are none: why, and what to do."""

    def keys(self) -> Sequence[str]:
        """Every row, in its natural order."""

    def cells(self, key: str) -> Sequence[Cell]:
        """The cells of a row, one for each column. Asked only for rows in sight."""

    def sort_value(self, key: str, column: str) -> Any:
        """What a row is ordered by; all values of a column can be compared, None comes last."""

    def text(self, key: str) -> str:
        """What a filter looks in."""
