"""Throughput and response time side by side, or one of them where there is no room for both."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal

from lftui.run_state import RunState
from lftui.screens.live.charts import response_time_chart, throughput_chart
from lftui.screens.live.target_chart import target_chart
from lftui.widgets.chart.chart import Chart

ZOOMS: Sequence[float | None] = (None, 600.0, 60.0)
"""Seconds that the charts cover; None for the whole run."""


class ChartPair(Horizontal):
    """Draws the charts that are in sight."""

    def __init__(self) -> None:
        super().__init__(id="charts")
        self._zoom = 0
        self._metric = ""
        self._second = False
        self._first_again = False

    def compose(self) -> ComposeResult:
        """Both of them."""
        yield Chart(id="throughput")
        yield Chart(id="times")

    @property
    def one(self) -> bool:
        """Whether there is room for one only."""
        return self.screen.has_class("-narrow")

    def show(self, state: RunState, metric: str = "") -> None:
        """Draw a moment of a run; with the key of a `metric` of the target that one in the place of
        the response times."""
        self._metric = metric
        first, second = self.query_one("#throughput", Chart), self.query_one("#times", Chart)
        chosen = not self._first_again if metric else self._second
        first.display = not (self.one and chosen)
        second.display = not self.one or chosen
        zoom = ZOOMS[self._zoom]
        if first.display:
            first.show(throughput_chart(state, zoom))
        if second.display:
            second.show(
                target_chart(state, metric, zoom) if metric else response_time_chart(state, zoom)
            )

    def zoom(self, state: RunState) -> None:
        """All, the last ten minutes, the last minute."""
        self._zoom = (self._zoom + 1) % len(ZOOMS)
        self.show(state, self._metric)

    def other(self, state: RunState) -> None:
        """The chart that is not in sight."""
        if self._metric:
            self._first_again = not self._first_again
        else:
            self._second = not self._second
        self.show(state, self._metric)
