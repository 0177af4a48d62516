"""The one-user smoke: every request as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from lftui.choices import Choice
from lftui.screens.base import ConsoleScreen
from lftui.screens.setup.needs import SmokeNeeds
from lftui.screens.setup.parts.tone_text import ToneText, Words
from lftui.widgets.key_line import KeyLine
from lftui.widgets.look import Look

if TYPE_CHECKING:
    from lftui.records import Smoked

_FIXED = 1 + 1 + 7 + 1 + 4 + 1 + 10 + 1 + 9 + 2
"""Cells of the columns beside task and name, gaps included."""
MOST_ROWS = 2_000


def size_text(size: int) -> str:
    """`512 B`, `3.4 kB`, `1.2 MB`."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def time_text(response_us: int | None) -> str:
    """In ms, one decimal below 10."""
    if response_us is None:
        return "-"
    ms = response_us / 1000
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:,.0f} ms"


def widths(width: int) -> tuple[int, int]:
    """The cells of the columns task and name."""
    rest = max(16, width - _FIXED)
    task = min(36, max(8, rest * 45 // 100))
    return task, max(8, rest - task)


def head_line(width: int) -> Words:
    """The columns' titles."""
    task, name = widths(width)
    title = f"  {'task':{task}} {'method':7} {'name':{name}} {'code':>4} {'time':>10} {'size':>9}"
    return [(title, "header")]


def row_lines(row: Smoked, width: int, look: Look) -> list[Words]:
    """A request in a line, and its error below."""
    level = "critical" if row.error else "good"
    lines: list[Words] = []
    if row.method:
        task, name = widths(width)
        status = "-" if row.status is None else str(row.status)
        columns = (
            f" {set_cell_size(row.task, task)} {set_cell_size(row.method, 7)}"
            f" {set_cell_size(row.name, name)} {status:>4}"
            f" {time_text(row.response_us):>10} {size_text(row.bytes):>9}"
        )
        lines.append([(look.sign(level), level), (columns, "")])
    elif not row.error:
        lines.append([(f"{look.sign('good')} ", "good"), (row.task, ""), ("  no request", "dim")])
    if row.error:
        where = "" if row.method else f"{look.sign(level)} {row.task}: " if row.task else "■ "
        lines.append([(f"{where or '    '}{row.error}", "critical")])
    return lines


def outcome(rows: Sequence[Smoked], running: bool) -> Words:
    """What came of it, in one sentence."""
    requests = [row for row in rows if row.method]
    failed = [row for row in rows if row.error]
    tasks = {row.task for row in rows if row.task}
    text = f"{len(tasks)} tasks, {len(requests)} requests, {len(failed)} failed"
    if running:
        return [(f"running each task once with one user… {text}", "accent")]
    if failed:
        return [(f"■ {text}; correct this before you put load on it", "critical")]
    if not rows:
        return [("○ nothing was run", "warning")]
    return [(f"● {text}: all of them well", "good")]


class SmokeScreen(ConsoleScreen):
    """Runs when it opens; leaving ends it."""

    HELP = "Each task runs once with one user. `r` runs it again, escape goes back."
    CSS = """
    SmokeScreen VerticalScroll {
        height: 1fr; border: round $panel; border-title-color: $foreground; padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    SmokeScreen ToneText { padding: 0 1; }
    SmokeScreen #rows { padding: 0; }
    App.-ascii SmokeScreen VerticalScroll { border: ascii $panel; scrollbar-size-vertical: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "again", id="smoke.again", tooltip="run it again"),
        Binding("escape,q", "back", "back", id="smoke.back", tooltip="back to where you were"),
    ]

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.choice = choice
        self.rows: list[Smoked] = []
        self.running = False

    def compose(self) -> ComposeResult:
        """What came of it, the columns, the requests."""
        yield ToneText("outcome")
        with VerticalScroll() as box:
            box.border_title = Content("One-user smoke")
            yield ToneText("rows")
        yield KeyLine(rows=1)

    def on_mount(self) -> None:
        """Begin."""
        super().on_mount()
        self.query_one(VerticalScroll).focus()
        self.action_again()

    def on_resize(self) -> None:
        """The columns have another width."""
        self._draw()

    def action_again(self) -> None:
        """Run it, from the begin."""
        self.rows = []
        self.running = True
        self._draw()
        self._run()

    @work(exclusive=True)
    async def _run(self) -> None:
        needs: SmokeNeeds = self.services.setup
        async for row in needs.smoke(self.choice):
            if len(self.rows) < MOST_ROWS:
                self.rows.append(row)
            self._draw()
        self.running = False
        self._draw()

    def _draw(self) -> None:
        width = max(40, self.size.width - 4)
        lines: list[Words] = [head_line(width)]
        for row in self.rows:
            lines += row_lines(row, width, self.look)
        box = self.query_one(VerticalScroll)
        follow = box.is_vertical_scroll_end
        self.query_one("#rows", ToneText).show(lines)
        self.query_one("#outcome", ToneText).show([outcome(self.rows, self.running)])
        if follow and self.running:
            box.scroll_end(animate=False)

    def action_back(self) -> None:
        """Back; what runs is ended."""
        self.workers.cancel_node(self)
        self.dismiss()
