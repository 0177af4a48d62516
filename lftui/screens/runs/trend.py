"""One scenario and target over its stored runs, to be read."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.widgets.key_line import KeyLine
from lftui.widgets.lines import Lines, Text

_TONES = {
    "●": "good",
    "▲": "warning",
    "■": "critical",
    "*": "good",
    "!": "warning",
    "#": "critical",
}
_WIDEST = 140
_MOST = 200


class TrendScreen(ConsoleScreen):
    """What changed with the newest run, and the runs before it.

    Args:
        run_id: a stored run; its scenario and target are followed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="trend.leave", tooltip="back"),
    ]

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self._run_id = run_id
        self._found: Any = None

    def compose(self) -> ComposeResult:
        """The page, empty until the runs are read."""
        with VerticalScroll(id="page"):
            yield Lines(("reading the stored runs…", "dim"), id="trend")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.query_one("#page").focus()
        self.read()

    @work(exclusive=True)
    async def read(self) -> None:
        """Read what is stored, and draw it."""
        try:
            self._found = await self.services.shelf.trend(self._run_id)
        except PlanError as error:
            self.query_one("#trend", Lines).show([(str(error), "critical")])
            return
        self._draw()

    def on_resize(self) -> None:
        """The table has the columns that fit."""
        if self._found is not None:
            self._draw()

    def _draw(self) -> None:
        from lftui.reports.trend import trend_text

        found, plain = self._found, self.look.ascii
        columns = min(_WIDEST, max(40, self.size.width - 5))
        text = trend_text(found.points, columns, ascii_only=plain, shown=_MOST, newest_first=True)
        title = f"Trend of {found.scenario} → {found.host or 'hosts of the locustfile'}"
        lines: list[Text] = [(title, "header"), ""]
        lines += [(line, _TONES.get(line[:1], "")) for line in text.splitlines()]
        self.query_one("#trend", Lines).show(lines)

    def action_leave(self) -> None:
        """Back."""
        self.post_message(messages.GoBack())
