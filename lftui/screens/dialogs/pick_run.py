"""One of the stored runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from lftui.screens.runs.source import RunsSource
from lftui.widgets.lines import Lines
from lftui.widgets.look import look_of
from lftui.widgets.table.table import LiveTable


class PickRun(ModalScreen[str]):
    """The id of the run that was picked; "" for none.

    Args:
        rows: the runs to choose from.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "back", id="pick.close"),
    ]

    def __init__(self, title: str, rows: Sequence[Any]) -> None:
        super().__init__()
        self._title = title
        self._rows = rows

    def compose(self) -> ComposeResult:
        """A question and a table."""
        with Vertical(classes="dialog wide", id="pick"):
            yield Lines((self._title, "header"))
            yield LiveTable(id="pick-runs")
            yield Lines(("enter takes it, esc goes back", "dim"))

    def on_mount(self) -> None:
        """Show the runs."""
        table = self.query_one(LiveTable)
        table.show(RunsSource(self._rows, look_of(self)))
        table.focus()

    @on(LiveTable.Opened)
    def _on_opened(self, event: LiveTable.Opened) -> None:
        self.dismiss(event.key)

    def action_close(self) -> None:
        """None of them."""
        self.dismiss("")
