"""One endpoint in full: its chart, percentiles, histogram, errors, limits and baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from lftui.run_state.windows import WindowName
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.live.charts import endpoint_chart, response_time_chart
from lftui.screens.live.endpoint_facts import (
    FIGURES_WIDTH,
    Endpoint,
    Line,
    figures_lines,
    verdict_span,
)
from lftui.screens.live.endpoint_sections import section_lines
from lftui.snapshot import Snapshot
from lftui.widgets.chart.chart import Chart
from lftui.widgets.chart.data import ChartData
from lftui.widgets.histogram_bars import histogram_lines
from lftui.widgets.key_line import KeyLine
from lftui.widgets.lines import Lines
from lftui.widgets.table.fitting import fitted

ZOOMS: Sequence[float | None] = (None, 600.0, 60.0)
_WINDOWS: Sequence[WindowName] = ("recent", "step", "run", "fresh")
_BARS = 14


class EndpointDetail(ConsoleScreen):
    """Draws one endpoint, by its key `METHOD\\tname`; "" is all of them together."""

    HELP = """\
# Endpoint

`w` changes the window of the figures, `z` how far back the chart goes, left and right read the
chart at a moment, up and down scroll. `?` behind a percentile: too few responses to be sure of it.
"""
    AUTO_FOCUS = "#chart"
    DEFAULT_CSS = """
    EndpointDetail { overflow: hidden hidden; }
    EndpointDetail #title { height: 1; }
    EndpointDetail #chart { height: 8; max-height: 40%; }
    EndpointDetail.-tall #chart { height: 13; }
    EndpointDetail #body { height: 1fr; scrollbar-size-vertical: 0; }
    EndpointDetail #spread { height: auto; }
    EndpointDetail #histogram { padding: 0 0 0 2; }
    EndpointDetail #figures { width: 39; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "back", id="endpoint.back", tooltip="to the table"),
        Binding("w", "window", "window", id="endpoint.window", tooltip="figures of the next one"),
        Binding("z", "zoom", "zoom", id="endpoint.zoom", tooltip="how far back the chart goes"),
        Binding("up,k", "scroll(-1)", "up", show=False, id="endpoint.up"),
        Binding("down,j", "scroll(1)", "scroll", id="endpoint.down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="endpoint.page_up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="endpoint.page_down"),
        Binding("left", "read(-1)", "read", show=False, id="endpoint.left"),
        Binding("right", "read(1)", "read later", show=False, id="endpoint.right"),
    ]

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self._zoom = 0
        self._judged_seq = -1

    def compose(self) -> ComposeResult:
        """Title and chart stay, the rest scrolls."""
        yield Lines(id="title")
        yield Chart(id="chart")
        with VerticalScroll(id="body", can_focus=False):
            with Horizontal(id="spread"):
                yield Lines(id="figures")
                yield Lines(id="histogram")
            yield Lines(id="sections")
        yield KeyLine(rows=1)

    def on_resize(self) -> None:
        """Texts are broken anew."""
        self.call_after_refresh(self._redraw)

    def show(self, snapshot: Snapshot) -> None:
        """Draw the endpoint as it is now."""
        one = Endpoint(snapshot, self.key, self.look)
        width = self.size.width
        self.query_one("#title", Lines).show([self._title(one, width)])
        self._draw_chart(one)
        self.query_one("#figures", Lines).show(figures_lines(one))
        self.query_one("#histogram", Lines).show(self._histogram(one, width))
        self.query_one("#sections", Lines).show(section_lines(one, width))
        if snapshot.state.last_seq != self._judged_seq:
            self._judged_seq = snapshot.state.last_seq
            self.post_message(messages.Judge())

    def _title(self, one: Endpoint, width: int) -> Line:
        about = f"  figures: {one.window.title}  "
        verdict = verdict_span(one)
        room = max(1, width - len(about) - len(verdict[0]))
        name = fitted(one.title, room, keep="end", in_ascii=self.look.ascii)
        return [(name, "strong"), (about, "dim"), verdict]

    def _draw_chart(self, one: Endpoint) -> None:
        zoom = ZOOMS[self._zoom]
        if one.total:
            data = response_time_chart(one.state, zoom)
        elif one.row is not None:
            data = endpoint_chart(one.state, one.row, zoom)
        else:
            data = ChartData("p95 and throughput", empty="this run has no such endpoint")
        self.query_one("#chart", Chart).show(data)

    def _histogram(self, one: Endpoint, width: int) -> list[Line]:
        times = one.figures.response_times
        if not times.count:
            return [[("response times: none in this window", "dim")]]
        room = max(1, width - FIGURES_WIDTH - 6)
        lines: list[Line] = [[(f"response times, {one.window.title}", "header")]]
        bars = histogram_lines(times, room, _BARS, self.look.ascii)
        return lines + [[(line, "p95")] for line in bars]

    # --- keys ------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """To the table."""
        self.dismiss()

    def action_window(self) -> None:
        """Figures of the next window."""
        there = self.snapshot.state.window is not None
        names = [name for name in _WINDOWS if name != "fresh" or there]
        here = names.index(self.snapshot.window) if self.snapshot.window in names else -1
        self.post_message(messages.ChooseWindow(names[(here + 1) % len(names)]))

    def action_zoom(self) -> None:
        """All, the last ten minutes, the last minute."""
        self._zoom = (self._zoom + 1) % len(ZOOMS)
        self._draw_chart(Endpoint(self.snapshot, self.key, self.look))

    def action_scroll(self, rows: int) -> None:
        """The text below the chart."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """The text below the chart, by what is in sight of it."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=pages * max(1, body.size.height - 1), animate=False)

    def action_read(self, cells: int) -> None:
        """Read the chart at a moment."""
        self.query_one("#chart", Chart).action_read(cells)

    def _redraw(self) -> None:
        self._on_snapshot(self.snapshot)
