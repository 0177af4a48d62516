"""The panel in sight: lines about it, the filter, and its table. One table a panel, so that each
keeps its cursor, order and filter; those out of sight are not drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from lftui.screens.live.panels import PanelSpec
from lftui.screens.live.parts import cut, wrapped
from lftui.snapshot import Snapshot
from lftui.widgets.lines import Lines
from lftui.widgets.look import Look, look_of
from lftui.widgets.table.table import LiveTable

NOTE_LINES = 2
NOTE_LINES_TALL = 5


class PanelArea(Vertical):
    """Shows one panel at a time."""

    DEFAULT_CSS = """
    PanelArea { height: 1fr; }
    PanelArea LiveTable.-away { display: none; }
    PanelArea #filter { height: 1; border: none; padding: 0; display: none; }
    PanelArea #filter.-open { display: block; }
    """

    def __init__(self, panels: Sequence[PanelSpec]) -> None:
        super().__init__(id="panel")
        self._panels = {one.name: one for one in panels}
        self._tables: dict[str, LiveTable] = {}
        self._fresh: set[str] = set()
        self.chosen = panels[0].name

    def compose(self) -> ComposeResult:
        """Lines, filter and the first table."""
        yield Lines(id="note")
        yield Input(placeholder="words that rows must contain", id="filter", compact=True)
        yield self._new_table()

    def on_mount(self) -> None:
        """A cursor that blinks is bytes for nothing."""
        self.query_one("#filter", Input).cursor_blink = False

    @property
    def spec(self) -> PanelSpec:
        """The panel in sight."""
        return self._panels[self.chosen]

    @property
    def table(self) -> LiveTable:
        """Its table."""
        return self._tables[self.chosen]

    @property
    def typing(self) -> bool:
        """Whether the filter has the focus."""
        return self.query_one("#filter", Input).has_focus

    def choose(self, name: str, snapshot: Snapshot) -> None:
        """Bring a panel into sight."""
        if name not in self._panels or name == self.chosen:
            return
        self.table.add_class("-away")
        self.chosen = name
        if name in self._tables:
            self.table.remove_class("-away")
        else:
            self.mount(self._new_table())
        self._close_filter()
        self.show(snapshot, look_of(self))

    def show(self, snapshot: Snapshot, look: Look) -> None:
        """Draw the panel in sight."""
        spec, table = self.spec, self.table
        self._show_note(spec, snapshot, look)
        following = spec.follows and (spec.name in self._fresh or _at_end(table))
        table.show(spec.source(snapshot, look))
        if following and table.keys:
            self._fresh.discard(spec.name)
            if table.cursor_key != table.keys[-1]:
                table.move_to(table.keys[-1])

    def _show_note(self, spec: PanelSpec, snapshot: Snapshot, look: Look) -> None:
        width = self.size.width or self.app.size.width
        most = NOTE_LINES_TALL if self.screen.has_class("-tall") else NOTE_LINES
        lines: list[tuple[str, str]] = []
        for text, tone in spec.note(snapshot, look):
            lines += [(line, tone) for line in wrapped(look.plain(text), width)]
        if len(lines) > most:
            more = look.plain(" …")
            text, tone = lines[most - 1]
            room = width - len(more)
            if cell_len(text) > room:  # by whole words: half a number is another number
                text = cut(text, room, "").rpartition(" ")[0]
            lines[most - 1] = (text + more, tone)
        self.query_one("#note", Lines).show(lines[:most])

    def _new_table(self) -> LiveTable:
        table = self._tables[self.chosen] = LiveTable(id=f"table-{self.chosen}")
        self._fresh.add(self.chosen)
        return table

    # --- the filter ----------------------------------------------------------------------------

    def open_filter(self) -> None:
        """Write what rows must contain."""
        field = self.query_one("#filter", Input)
        field.value = self.table.filter_text
        field.add_class("-open")
        field.focus()

    def clear_filter(self) -> bool:
        """All rows again; whether there was a filter."""
        had = bool(self.table.filter_text) or self.typing
        self.table.filter("")
        self._close_filter()
        return had

    def _close_filter(self) -> None:
        self.query_one("#filter", Input).remove_class("-open")
        self.table.focus()

    @on(Input.Changed, "#filter")
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.typing:
            self.table.filter(event.value)

    @on(Input.Submitted, "#filter")
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()


def _at_end(table: LiveTable) -> bool:
    return bool(table.keys) and table.cursor_key == table.keys[-1]
