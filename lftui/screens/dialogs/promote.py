"""Making a run the baseline: what would change, then the word for it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from lftui.plan import PlanError
from lftui.screens.base import Asks
from lftui.widgets.lines import Lines, Text


class PromoteDialog(Asks, ModalScreen[None]):
    """Shows the difference first; writes only when told to.

    Args:
        shelf: knows what would change, and writes it (`lftui.services.shelf`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "back", id="promote.close"),
        Binding("ctrl+s,f5", "write", "write the baseline", id="promote.write", priority=True),
    ]

    def __init__(self, shelf: Any, run_id: str) -> None:
        super().__init__()
        self._shelf = shelf
        self._run_id = run_id
        self._promotion: Any = None

    def compose(self) -> ComposeResult:
        """The file, and what would change in it."""
        with Vertical(classes="dialog", id="promote"):
            yield Lines((f"Make {self._run_id} the baseline", "header"))
            yield Lines("in the file (enter looks again)")
            yield Input("baseline.json", id="file", select_on_focus=False)
            with VerticalScroll(id="changes", can_focus=True):
                yield Lines(("reading…", "dim"), id="diff")
            yield Lines(("esc leaves everything as it is", "dim"), id="promote-status")

    def on_mount(self) -> None:
        """Look at the file at once."""
        self.query_one("#file", Input).cursor_blink = False
        self.query_one("#changes").focus()
        self.look_again()

    @on(Input.Submitted)
    def _on_file(self) -> None:
        self.look_again()

    @work(exclusive=True)
    async def look_again(self) -> None:
        """What would change in the file that is named now."""
        self._promotion = None
        file = self.query_one("#file", Input).value.strip()
        try:
            found = await self._shelf.promotion(self._run_id, file)
        except PlanError as error:
            self.query_one("#diff", Lines).show([(str(error), "critical")])
            self._say("nothing can be written", "warning")
            return
        lines: list[Text] = [(f"doubtful: {doubt}", "warning") for doubt in found.doubts]
        lines += [(f"note: {note}", "dim") for note in found.notes]
        lines += [(change, "") for change in found.changes]
        self.query_one("#diff", Lines).show(lines)
        self._promotion = found
        what = "replaces" if found.replaces else "makes"
        self._say(f"F5 {what} {found.path}; esc leaves everything as it is", "accent")

    def action_write(self) -> None:
        """Write the file as it was shown."""
        if self._promotion is not None:
            self._write(self._promotion)

    @work(exclusive=True)
    async def _write(self, promotion: Any) -> None:
        try:
            await self._shelf.promote(promotion)
        except PlanError as error:
            self._say(str(error), "critical")
            return
        self._promotion = None
        self._say(f"wrote {promotion.path}; esc closes", "good")

    def action_close(self) -> None:
        """Leave."""
        self.dismiss(None)

    def _say(self, text: str, tone: str) -> None:
        self.query_one("#promote-status", Lines).show([(text, tone)])
