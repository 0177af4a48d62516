"""The chart as a widget: it redraws the rows that changed, and only when it is in sight."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from lftui.widgets.chart.axes import Axes
from lftui.widgets.chart.data import ChartData
from lftui.widgets.chart.picture import Picture, draw
from lftui.widgets.chart.sheet import changed_span
from lftui.widgets.chart.view import View, cursor_cell
from lftui.widgets.look import Look, look_of


class Chart(Widget, can_focus=True):
    """Lines over time, with axes, thresholds, markers and a cursor that reads values out."""

    HELP = "Left and right read the values at a moment; escape goes back to the latest ones."
    DEFAULT_CSS = """
    Chart {
        width: 1fr;
        height: 1fr;
        min-height: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left", "read(-1)", "earlier", id="chart.left", show=False,
            tooltip="Read the values at an earlier moment",
        ),
        Binding(
            "right", "read(1)", "later", id="chart.right", show=False,
            tooltip="Read the values at a later moment",
        ),
        Binding(
            "home", "read_first", "oldest", id="chart.home", show=False,
            tooltip="Read the oldest values in sight",
        ),
        Binding(
            "end", "read_last", "newest", id="chart.end", show=False,
            tooltip="Read the newest values",
        ),
        Binding(
            "escape", "read_end", "latest values", id="chart.escape",
            tooltip="Back to the latest values",
        ),
    ]  # fmt: skip

    def __init__(
        self, data: ChartData | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._data = data or ChartData("")
        self._hidden: frozenset[str] = frozenset()
        self._cursor_s: float | None = None
        self._axes: Axes | None = None
        self._picture: Picture | None = None
        self._drawn_with: tuple[Look, View] | None = None
        self._strips: dict[int, Strip] = {}

    # --- what it shows ---------------------------------------------------------------------------

    @property
    def data(self) -> ChartData:
        """What it shows now."""
        return self._data

    @property
    def cursor_s(self) -> float | None:
        """The moment that is read out, in seconds of the run."""
        return self._cursor_s

    @property
    def hidden(self) -> frozenset[str]:
        """The series that are switched off."""
        return self._hidden

    def show(self, data: ChartData) -> None:
        """Draw this from now on."""
        self._data = data
        self._redraw()

    def toggle(self, name: str) -> None:
        """Switch a series off, or on again."""
        self._hidden = self._hidden ^ {name}
        self._redraw()

    # --- the read-out ----------------------------------------------------------------------------

    def action_read(self, cells: int) -> None:
        """Move the read-out; the first time it is at the newest values."""
        axis = self._picture.axis if self._picture else None
        if axis is None:
            return
        if self._cursor_s is None:
            cell = self._newest_cell()
        else:
            cell = cursor_cell(axis, self._cursor_s) + cells
        self._read_cell(min(max(cell, 0), self._newest_cell()))

    def action_read_first(self) -> None:
        """Read the oldest values in sight."""
        self._read_cell(0)

    def action_read_last(self) -> None:
        """Read the newest values."""
        self._read_cell(self._newest_cell())

    def action_read_end(self) -> None:
        """No read-out any more."""
        self._cursor_s = None
        self._redraw()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the screen's while nothing is read out."""
        return action != "read_end" or self._cursor_s is not None

    def _newest_cell(self) -> int:
        axis = self._picture.axis if self._picture else None
        return cursor_cell(axis, self._data.until_s - axis.cell_s / 2) if axis else 0

    def _read_cell(self, cell: int) -> None:
        axis = self._picture.axis if self._picture else None
        if axis is None:
            return
        begun = self._cursor_s is None
        self._cursor_s = axis.middle_s(cell)
        self._redraw()
        if begun:
            self.refresh_bindings()

    # --- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One row."""
        if self._picture is None or self._drawn_with != self._look():
            self._draw()
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._strip(y)
        return strip

    def _strip(self, y: int) -> Strip:
        rows = self._picture.rows if self._picture else []
        if y >= len(rows):
            return Strip.blank(self.size.width, self.rich_style)
        look, base = look_of(self), self.rich_style
        segments = [Segment(text, base + look.style(tone)) for text, tone in rows[y]]
        return Strip(segments, self.size.width)

    def _look(self) -> tuple[Look, View]:
        look, size = look_of(self), self.size
        view = View(
            size.width,
            size.height,
            look.ascii,
            not look.styles,
            self.has_focus,
            self._cursor_s,
            self._hidden,
        )
        return look, view

    def _draw(self) -> None:
        self._drawn_with = self._look()
        self._picture, self._axes = draw(self._data, self._drawn_with[1], self._axes)
        self._strips.clear()

    def _redraw(self) -> None:
        """Draw, and have the terminal told of the changed rows; later if nobody can see it."""
        if not self.is_mounted or not self.is_on_screen:
            self._forget()
            return
        before = self._picture.rows if self._picture else []
        look = self._drawn_with[0] if self._drawn_with else None
        strips = dict(self._strips)
        self._draw()
        rows = self._picture.rows if self._picture else []
        if look != look_of(self) or len(before) != len(rows):
            self.refresh()
            return
        changed = []
        for y, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old == new:
                if y in strips:
                    self._strips[y] = strips[y]
                continue
            begin, end = changed_span(old, new)
            changed.append(Region(begin, y, end - begin, 1))
        if changed:
            self.refresh(*changed)

    def _forget(self) -> None:
        self._picture = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Colors changed: what was drawn is of no use."""
        super().notify_style_update()
        self._strips.clear()

    def on_focus(self, event: events.Focus) -> None:
        """The title says that the arrows work here."""
        self._redraw()

    def on_blur(self, event: events.Blur) -> None:
        """The read-out ends with the focus."""
        self._cursor_s = None
        self._redraw()
