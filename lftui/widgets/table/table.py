"""`LiveTable`: rows by key, of which only those in sight are formatted, and only changes drawn."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lftui.widgets.look import look_of
from lftui.widgets.table.lines import DrawnLine, changed
from lftui.widgets.table.paint import segments
from lftui.widgets.table.source import Source
from lftui.widgets.table.view import TableView

_WHEEL = 3


class LiveTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A table of a model of any length. Cursor and order go by key, so that nothing jumps.

    The order stands still for some seconds after the operator moved; new rows come in at the end
    meanwhile. `r` sorts at once. There are no scroll bars: the header says where one is.
    """

    HELP = "Rows stay where they are while you read; `r` puts them in order at once."
    DEFAULT_CSS = """
    LiveTable {
        overflow: hidden hidden;
        height: 1fr;
        width: 1fr;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False, id="table.up", tooltip="the row above"),
        Binding("down,j", "move(1)", "down", show=False, id="table.down", tooltip="the row below"),
        Binding("pageup", "page(-1)", "page up", show=False, id="table.page_up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="table.page_down"),
        Binding("home,g", "edge(False)", "first", show=False, id="table.home"),
        Binding("end,G", "edge(True)", "last", show=False, id="table.end"),
        Binding("left", "shift(-1)", "columns left", show=False, id="table.left"),
        Binding("right", "shift(1)", "columns right", show=False, id="table.right"),
        Binding("enter", "open", "details", id="table.open", tooltip="details of this row"),
        Binding("o", "cycle_sort", "sort", id="table.sort", tooltip="order by the next column"),
        Binding("O", "reverse", "reverse", show=False, id="table.reverse", tooltip="turn round"),
        Binding("r", "reorder", "reorder", show=False, id="table.reorder", tooltip="sort now"),
    ]

    class Opened(Message):
        """A row was opened: enter, or a click on the row under the cursor."""

        def __init__(self, table: LiveTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LiveTable:
            """The table."""
            return self.table

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, table: LiveTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LiveTable:
            """The table."""
            return self.table

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._clock = clock
        self._given_s: float | None = None
        self._view = TableView()
        self._lines: list[DrawnLine] = []
        self._announced: str | None = None

    # --- what others see -------------------------------------------------------------------------

    @property
    def cursor_key(self) -> str | None:
        """The row that the cursor is on; None without rows."""
        return self._view.cursor

    @property
    def filter_text(self) -> str:
        """What rows must contain to be shown."""
        return self._view.order.filter_text

    @property
    def order(self) -> tuple[str, bool] | None:
        """The column that rows are ordered by and whether from high to low; None: as they come."""
        return self._view.order.sort

    @property
    def keys(self) -> list[str]:
        """The rows as they stand now."""
        return list(self._view.order.keys)

    def show(self, source: Source, now_s: float | None = None) -> None:
        """Draw a new moment; `now_s` replaces the clock (a replay, a test)."""
        self._given_s = now_s
        self._view.take(source, self._now())
        self._draw()

    def move_to(self, key: str) -> None:
        """Put the cursor on a row, if it is shown."""
        self._view.move_to(key)
        self._draw()

    def filter(self, text: str) -> None:
        """Show only rows that contain each of these words."""
        if text == self.filter_text:
            return
        self._view.filter(text, self._now())
        self._draw()

    def sort_by(self, column: str | None, reverse: bool = False) -> None:
        """Order by a column; None for the source's own order."""
        self._view.sort((column, reverse) if column is not None else None, self._now())
        self._draw()

    def cycle_sort(self) -> None:
        """Order by the next column; after the last one as the rows come."""
        self._view.cycle_sort(self._now())
        self._draw()

    # --- keys and mouse --------------------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._touch()
        self._view.move(rows)
        self._draw()

    def action_page(self, pages: int) -> None:
        """Move the cursor by a window's height."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_edge(self, last: bool) -> None:
        """To the first or the last row."""
        self._touch()
        self._view.edge(last)
        self._draw()

    def action_shift(self, columns: int) -> None:
        """Scroll the columns; the fixed ones stay."""
        self._touch()
        self._view.shift(columns)
        self._draw()

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self, self.cursor_key))

    def action_cycle_sort(self) -> None:
        """Order by the next column."""
        self.cycle_sort()

    def action_reverse(self) -> None:
        """The same order from the other end."""
        if self.order is not None:
            self.sort_by(self.order[0], not self.order[1])

    def action_reorder(self) -> None:
        """Put the rows in order now."""
        self.sort_by(*(self.order or (None, False)))

    def on_click(self, event: events.Click) -> None:
        """Header: sort. Row: put the cursor there, or open it where the cursor is already."""
        place = event.get_content_offset(self)
        if place is None:
            return
        event.stop()
        if place.y == 0:
            self._view.sort_at(place.x, self._now())
            self._draw()
            return
        key = self._view.key_at(place.y)
        if key is not None and key == self.cursor_key:
            self.action_open()
        elif key is not None:
            self._touch()
            self.move_to(key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays on its row."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays on its row."""
        event.stop()
        self._scroll(-_WHEEL)

    def _scroll(self, rows: int) -> None:
        self._touch()
        self._view.scroll(rows)
        self._draw()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor is bright where keys go, else only marked."""
        super().watch_has_focus(_has_focus)
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    # --- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the table, as it was made last."""
        base = self.rich_style
        if y >= len(self._lines):
            return Strip.blank(self.size.width, base)
        return Strip(segments(self._lines[y], base, look_of(self)))

    def _now(self) -> float:
        return self._clock() if self._given_s is None else self._given_s

    def _touch(self) -> None:
        self._view.order.touch(self._now())

    def _draw(self) -> None:
        """Make the lines anew, and have those parts repainted that differ."""
        if not self.is_attached:
            return
        width, height = self.size
        lines = self._view.lines(width, height, look_of(self), self.has_focus)
        if len(lines) != len(self._lines):
            self._lines = lines
            self.refresh()
        else:
            old, self._lines = self._lines, lines
            for y, (before, after) in enumerate(zip(old, lines, strict=True)):
                span = changed(before, after)
                if span is not None:
                    self.refresh(Region(span[0], y, span[1], 1))
        key = self._view.cursor
        if key is not None and key != self._announced:
            self._announced = key
            self.post_message(self.Moved(self, key))
