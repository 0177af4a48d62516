"""What of a table is in sight: cursor, window and columns, without a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.widgets.look import Look
from lftui.widgets.table.layout import Layout, lay_out
from lftui.widgets.table.lines import DrawnLine, header_line, message_lines, row_line
from lftui.widgets.table.order import RowOrder
from lftui.widgets.table.source import Column, Source

_FILTER_SHOWN = 24


class TableView:
    """Which rows and columns are in sight, and where the cursor is.

    The cursor is a key. Until the operator moves it, it stays on the first row, whichever that is;
    then it stays with its row, and the row on its line of the screen when others change places.
    """

    def __init__(self) -> None:
        self.order = RowOrder()
        self.cursor: str | None = None
        self.layout = Layout()
        self._source: Source | None = None
        self._moved = False
        self._top = 0
        self._rows = 1
        self._skipped = 0

    # --- rows ------------------------------------------------------------------------------------

    def take(self, source: Source, now_s: float) -> None:
        """Rows of a new moment, in their order."""
        self._source = source
        anchor = self._anchor()
        place = self.order.index(self.cursor)
        self.order.update(source, now_s)
        self._restore(place, anchor)

    def filter(self, text: str, now_s: float) -> None:
        """Only rows that contain each of these words."""
        self.order.filter_text = text
        self.order.request()
        self._again(now_s)

    def sort(self, sort: tuple[str, bool] | None, now_s: float) -> None:
        """Another order, at once."""
        self.order.sort = sort
        self.order.request()
        self._again(now_s)

    def cycle_sort(self, now_s: float) -> None:
        """The next sortable column in sight; after the last the source's order."""
        columns = [self._columns[place.column] for place in self.layout.places]
        columns = [one for one in columns if one.sortable]
        names = [one.key for one in columns]
        current = self.order.sort[0] if self.order.sort is not None else None
        after = columns[names.index(current) + 1 if current in names else 0 :]
        self.sort((after[0].key, after[0].high_first) if after else None, now_s)

    def sort_at(self, x: int, now_s: float) -> None:
        """By the column in a cell; again: the other way round."""
        index = self.layout.column_at(x)
        if index is None or not self._columns[index].sortable:
            return
        column = self._columns[index]
        if self.order.sort is not None and self.order.sort[0] == column.key:
            self.sort((column.key, not self.order.sort[1]), now_s)
        else:
            self.sort((column.key, column.high_first), now_s)

    # --- moving ----------------------------------------------------------------------------------

    def move_to(self, key: str) -> None:
        """The cursor to a row, if it is shown."""
        if self.order.index(key) is not None:
            self.cursor, self._moved = key, True
            self._follow()

    def move(self, rows: int) -> None:
        """The cursor by so many rows."""
        keys = self.order.keys
        if keys:
            at = (self.order.index(self.cursor) or 0) + rows
            self.move_to(keys[max(0, min(at, len(keys) - 1))])

    def edge(self, last: bool) -> None:
        """To the last row; or to the first, where the cursor then stays whichever it is."""
        if self.order.keys:
            self.move_to(self.order.keys[-1 if last else 0])
            self._moved = last

    def scroll(self, rows: int) -> None:
        """The window by so many rows; the cursor stays on its row, out of sight if need be."""
        self._top += rows
        self._clamp()

    def shift(self, columns: int) -> None:
        """The columns by so many."""
        if columns < 0 or self.layout.more:
            self._skipped = max(0, self._skipped + columns)

    def key_at(self, y: int) -> str | None:
        """The row on a line of the table; line 0 is the header."""
        at = self._top + y - 1
        return self.order.keys[at] if y >= 1 and 0 <= at < len(self.order.keys) else None

    # --- lines -----------------------------------------------------------------------------------

    def lines(self, width: int, height: int, look: Look, focused: bool) -> list[DrawnLine]:
        """Every line of the table; only the rows in sight are asked for their cells."""
        if height < 1 or width < 1:
            return []
        self._resize(height)
        self.layout = lay_out(self._columns, width, self._skipped)
        header = header_line(
            self._columns, self.layout, self.order.sort, self._note(look), look.ascii
        )
        keys = self.order.keys[self._top : self._top + self._rows]
        if self._source is None or not keys:
            return [header, *message_lines(self._empty(), width, height - 1, look)]
        rows = []
        for key in keys[: height - 1]:
            here = key == self.cursor
            cells = self._source.cells(key)
            rows.append(row_line(self._columns, self.layout, cells, look, here and focused, here))
        rest = height - 1 - len(rows)
        return [header, *rows, *message_lines("", width, rest, look)]

    @property
    def _columns(self) -> Sequence[Column]:
        return self._source.columns if self._source is not None else ()

    def _note(self, look: Look) -> str:
        """How many rows the filter lets through, and which are in sight."""
        order = self.order
        if order.filter_text.strip():
            text = order.filter_text.strip()
            shown = text if len(text) <= _FILTER_SHOWN else text[: _FILTER_SHOWN - 1] + "…"
            return look.plain(f"{order.matching} of {order.total} match '{shown}'")
        count = len(order.keys)
        if count <= self._rows:
            return ""
        return f"{self._top + 1}-{min(count, self._top + self._rows)} of {count}"

    def _empty(self) -> str:
        text = self.order.filter_text.strip()
        if text and self._source is not None and self.order.total:
            return f"no row matches '{text[:_FILTER_SHOWN]}'"
        return self._source.empty if self._source is not None else ""

    # --- the window ------------------------------------------------------------------------------

    def _again(self, now_s: float) -> None:
        if self._source is not None:
            self.take(self._source, now_s)

    def _resize(self, height: int) -> None:
        rows = max(1, height - 1)
        if rows != self._rows:
            at = self.order.index(self.cursor)
            seen = at is not None and self._top <= at < self._top + self._rows
            self._rows = rows
            if seen:
                self._follow()
        self._clamp()

    def _anchor(self) -> tuple[str, int] | None:
        """The row that keeps its line of the window, and that line."""
        at = self.order.index(self.cursor)
        if self._moved and at is not None and self._top <= at < self._top + self._rows:
            return self.order.keys[at], at - self._top
        return (self.order.keys[self._top], 0) if 0 < self._top < len(self.order.keys) else None

    def _restore(self, place: int | None, anchor: tuple[str, int] | None) -> None:
        keys = self.order.keys
        if anchor is not None:
            at = self.order.index(anchor[0])
            self._top = at - anchor[1] if at is not None else self._top
        if not keys:
            self.cursor = None
        elif not self._moved:
            self.cursor = keys[0]
        elif self.order.index(self.cursor) is None:
            # Its row is gone (filtered, or dropped): the one that took its place.
            self.cursor = keys[max(0, min(place or 0, len(keys) - 1))]
        self._clamp()

    def _follow(self) -> None:
        at = self.order.index(self.cursor)
        if at is not None:
            self._top = max(min(self._top, at), at - self._rows + 1)
        self._clamp()

    def _clamp(self) -> None:
        self._top = max(0, min(self._top, len(self.order.keys) - self._rows))
