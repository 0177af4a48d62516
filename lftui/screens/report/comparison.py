"""One run against another, to be read."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.widgets.key_line import KeyLine
from lftui.widgets.lines import Lines, Text

_TONES = {"●": "good", "▲": "warning", "■": "critical", "○": "dim"}


class CompareScreen(ConsoleScreen):
    """What differs from the first run to the second, and what of it is noise."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "swap", "swap", id="compare.swap", tooltip="the other way round"),
        Binding("escape,q", "leave", "back", id="compare.leave", tooltip="back"),
    ]

    def __init__(self, before: str, now: str) -> None:
        super().__init__()
        self._before, self._now = before, now

    def compose(self) -> ComposeResult:
        """The page, empty until both runs are read."""
        with VerticalScroll(id="page"):
            yield Lines(("reading both journals…", "dim"), id="comparison")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.query_one("#page").focus()
        self.read()

    @work(exclusive=True)
    async def read(self) -> None:
        """Compare, and show what was found."""
        from lftui.reports.comparison import comparison_text

        shown = self.query_one("#comparison", Lines)
        try:
            found = await self.services.shelf.compare(self._before, self._now)
        except PlanError as error:
            shown.show([(str(error), "critical")])
            return
        lines: list[Text] = [(f"before {self._before}   now {self._now}", "header"), ""]
        for line in comparison_text(found).splitlines():
            lines.append((line, _TONES.get(line.strip()[:1], "")))
        shown.show(lines)

    def action_swap(self) -> None:
        """The other way round."""
        self._before, self._now = self._now, self._before
        self.read()

    def action_leave(self) -> None:
        """Back."""
        self.post_message(messages.GoBack())
