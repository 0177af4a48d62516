"""The preview: users, or a rate of iterations, over time."""

from __future__ import annotations

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from lftui.choices.offers import ShapePreview
from lftui.screens.setup.sentences import preview_title
from lftui.widgets.chart.chart import Chart
from lftui.widgets.chart.data import ChartData, Marker
from lftui.widgets.look import look_of

_EMPTY = ChartData("users", empty="the preview comes when the shape is known")


class PreviewChart(Vertical):
    """The chart in a frame whose title says the total, the peak and the requests."""

    def __init__(self) -> None:
        super().__init__(id="preview")
        self._preview: ShapePreview | None = None

    def compose(self) -> ComposeResult:
        """The chart, out of the way of tab."""
        chart = Chart(_EMPTY)
        chart.can_focus = False
        yield chart

    def on_mount(self) -> None:
        """The title of nothing."""
        self.border_title = Content(preview_title(None))

    def show(self, preview: ShapePreview | None) -> None:
        """Draw it, when it is another one."""
        if preview is self._preview or preview is None:
            return
        from lftui.screens.live.charts import shape_chart

        self._preview = preview
        look = look_of(self)
        self.border_title = Content(look.plain(preview_title(preview)))
        marks = [Marker(at_s, look.plain("│"), "stage") for at_s in preview.marks]
        data = shape_chart(preview.points, marks, preview.unit)
        # The frame says it, and the peak and the requests as well.
        self.query_one(Chart).show(
            msgspec.structs.replace(data, title="", fixed=preview.total_s is not None)
        )
