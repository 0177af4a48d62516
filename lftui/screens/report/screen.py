"""The report of one run."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.live.charts import response_time_chart, throughput_chart
from lftui.screens.report.document import Section, sections
from lftui.widgets.chart.chart import Chart
from lftui.widgets.key_line import KeyLine
from lftui.widgets.lines import Lines

_WIDEST = 140


class ReportScreen(ConsoleScreen):
    """What was measured, and what it means.

    Args:
        run_id: a stored run.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "export", id="report.export", tooltip="write files of this run"),
        Binding("a", "again", "again", id="report.again", tooltip="the same plan once more"),
        Binding("c", "compare", "compare", id="report.compare", tooltip="with another run"),
        Binding("B", "promote", "to baseline", id="report.promote", tooltip="make it the baseline"),
        Binding("p", "replay", "replay", id="report.replay", tooltip="play it back"),
        Binding("m", "note", "note", id="report.note", tooltip="write a note into its journal"),
        Binding("escape,q", "leave", "back", id="report.leave", tooltip="back to where you were"),
    ]

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id
        self._told: Any = None

    def compose(self) -> ComposeResult:
        """The page, empty until the run is read."""
        with VerticalScroll(id="page"):
            yield Lines((f"reading the journal of {self.run_id}…", "dim"), id="verdict")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.read()

    @work(exclusive=True)
    async def read(self) -> None:
        """Fold and judge the run, then draw it."""
        try:
            self._told = await self.services.shelf.tell(self.run_id)
        except PlanError as error:
            self.query_one("#verdict", Lines).show([(str(error), "critical")])
            return
        await self._draw()

    async def on_resize(self) -> None:
        """Lines are broken for the width that there is."""
        if self._told is not None:
            await self._draw()

    async def _draw(self) -> None:
        page = self.query_one("#page", VerticalScroll)
        columns = min(_WIDEST, max(40, self.size.width - 5))
        state = self._told.state
        found = sections(state, self._told.verdict, columns)
        async with self.batch():
            await page.remove_children()
            for section in found:
                await page.mount(*_of(section))
                if section.name == "totals":
                    await page.mount(Chart(id="throughput"), Chart(id="times"))
        page.query_one("#throughput", Chart).show(throughput_chart(state, None))
        page.query_one("#times", Chart).show(response_time_chart(state, None))
        page.focus()

    def action_export(self) -> None:
        """Write files."""
        self.post_message(messages.Open("export", run_id=self.run_id))

    def action_again(self) -> None:
        """Back to Setup with this plan."""
        self.post_message(messages.Again(self.run_id))

    def action_compare(self) -> None:
        """Choose a run to compare with."""
        self.post_message(messages.Open("compare", run_id=self.run_id))

    def action_promote(self) -> None:
        """Make it the baseline."""
        self.post_message(messages.Open("promote", run_id=self.run_id))

    def action_replay(self) -> None:
        """Play it back."""
        self.post_message(messages.ReplayRun(self.run_id))

    def action_note(self) -> None:
        """Write a note."""
        self.post_message(messages.Open("note", run_id=self.run_id, then=self.read))

    def action_leave(self) -> None:
        """Back."""
        self.post_message(messages.GoBack())


def _of(section: Section) -> list[Lines]:
    return [
        Lines((section.title, "header"), classes="heading"),
        Lines(*section.lines, id=section.name, classes="section"),
    ]
