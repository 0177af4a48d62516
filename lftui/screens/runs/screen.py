"""The list of stored runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.runs.source import RunsSource
from lftui.units import say_size
from lftui.widgets.key_line import KeyLine
from lftui.widgets.lines import Lines
from lftui.widgets.table.table import LiveTable


class RunsScreen(ConsoleScreen):
    """Everything that was ever run from here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="runs.open", tooltip="its report; a live one itself"),
        Binding("space", "mark", "mark", id="runs.mark", tooltip="mark it: to compare, to delete"),
        Binding("c", "compare", "compare", id="runs.compare", tooltip="the marked one with this"),
        Binding("p", "replay", "replay", id="runs.replay", tooltip="play it back"),
        Binding("t", "trend", "trend", id="runs.trend", tooltip="its scenario, run by run"),
        Binding("e", "export", "export", id="runs.export", tooltip="write files of it"),
        Binding("m", "note", "note", id="runs.note", tooltip="write a note into its journal"),
        Binding(
            "D", "delete", "delete", id="runs.delete", tooltip="delete it, or those marked; asks"
        ),
        Binding("slash", "filter", "filter", id="runs.filter", tooltip="show some of them"),
        Binding("o", "sort", "sort", id="runs.sort", tooltip="order by the next column"),
        Binding("r", "reload", "reload", id="runs.reload", tooltip="look again"),
        Binding("escape,q", "leave", "back", id="runs.leave", tooltip="back to where you were"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Any] = []
        self._marked: list[str] = []

    def compose(self) -> ComposeResult:
        """A title, the filter when asked for, the table."""
        yield Lines(("Runs", "header"), id="title")
        yield Input(placeholder="words to look for; enter or esc goes back", id="filter")
        yield LiveTable(id="runs")
        yield KeyLine()

    def on_mount(self) -> None:
        """Look for runs."""
        super().on_mount()
        self.query_one("#filter", Input).display = False
        self.query_one("#title", Lines).show([("Runs: looking…", "header")])
        self.query_one(LiveTable).focus()

    def on_screen_resume(self) -> None:
        """Another screen may have made or deleted one."""
        super().on_screen_resume()
        self.reload()

    @work(exclusive=True)
    async def reload(self) -> None:
        """Read the list again."""
        try:
            self._rows = await self.services.shelf.rows()
        except PlanError as error:
            self.query_one("#title", Lines).show([(str(error), "critical")])
            return
        there = {row.id for row in self._rows}
        self._marked = [key for key in self._marked if key in there]
        self._show()

    def _show(self) -> None:
        title = f"Runs ({len(self._rows)})"
        if len(self._marked) == 1:
            title += f"   marked: {self._marked[0]}; c compares, D deletes"
        elif self._marked:
            title += f"   marked: {self._said(self._marked)}; D deletes"
        self.query_one("#title", Lines).show([(title, "header")])
        self.query_one(LiveTable).show(RunsSource(self._rows, self.look, self._marked))
        self.refresh_bindings()

    def _said(self, keys: Sequence[str]) -> str:
        size = say_size(sum(row.size_bytes for row in self._rows if row.id in keys))
        return f"{keys[0]} ({size})" if len(keys) == 1 else f"{len(keys):,} runs ({size})"

    @property
    def _key(self) -> str:
        return self.query_one(LiveTable).cursor_key or ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a run there is little to do."""
        if action in ("open", "mark", "compare", "replay", "trend", "export", "note", "delete"):
            return bool(self._rows)
        return True

    # --- what can be done ----------------------------------------------------------------------

    @on(LiveTable.Opened)
    def _on_opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Its report, or its live screen."""
        if self._key:
            self.post_message(messages.OpenRun(self._key))

    def action_mark(self) -> None:
        """Mark or unmark the run under the cursor."""
        key = self._key
        if not key:
            return
        if key in self._marked:
            self._marked.remove(key)
        else:
            self._marked.append(key)
        self._show()

    def action_compare(self) -> None:
        """The run marked last is before, the one under the cursor now."""
        marked = [one for one in self._marked if one != self._key]
        facts = {"run_id": self._key, **({"before": marked[-1]} if marked else {})}
        self.post_message(messages.Open("compare", **facts))

    def action_replay(self) -> None:
        """Play it back."""
        if self._key:
            self.post_message(messages.ReplayRun(self._key))

    def action_export(self) -> None:
        """Write files of it."""
        self.post_message(messages.Open("export", run_id=self._key))

    def action_note(self) -> None:
        """Write a note into its journal."""
        self.post_message(messages.Open("note", run_id=self._key, then=self.reload))

    def action_delete(self) -> None:
        """Ask, then delete what is marked; without marks the run under the cursor."""
        keys = [key for key in self._marked or [self._key] if key]
        if not keys:
            return
        facts = {"run_ids": keys, "said": self._said(keys), "then": self.reload}
        self.post_message(messages.Open("delete", **facts))

    def action_trend(self) -> None:
        """How its scenario did on its target, run by run."""
        if self._key:
            self.post_message(messages.Open("trend", run_id=self._key))

    def action_reload(self) -> None:
        """Look again."""
        self.reload()

    def action_sort(self) -> None:
        """Order by the next column."""
        self.query_one(LiveTable).cycle_sort()

    def action_leave(self) -> None:
        """Back; out of a filter first."""
        table, words = self.query_one(LiveTable), self.query_one("#filter", Input)
        if words.display or table.filter_text:
            words.value = ""
            words.display = False
            table.filter("")
            table.focus()
        else:
            self.post_message(messages.GoBack())

    # --- the filter ----------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type words to look for."""
        words = self.query_one("#filter", Input)
        words.display = True
        words.focus()

    @on(Input.Changed, "#filter")
    def _on_words(self, event: Input.Changed) -> None:
        self.query_one(LiveTable).filter(event.value)

    @on(Input.Submitted, "#filter")
    def _on_words_done(self) -> None:
        words = self.query_one("#filter", Input)
        words.display = bool(words.value)
        self.query_one(LiveTable).focus()
