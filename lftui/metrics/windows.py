"""The last seconds of a run, endpoint by endpoint."""

from __future__ import annotations

import msgspec

from lftui.metrics.figures import Figures


class WindowTick(msgspec.Struct):
    """What was new in one tick: seconds of its start and end, figures by endpoint id."""

    start_s: float
    end_s: float
    figures: dict[int, Figures]


class RecentWindow(msgspec.Struct):
    """The ticks that reach into the last `length_s` seconds; part of a checkpoint.

    A tick is kept whole or not at all, so `duration_s` can be up to one tick more than
    `length_s`: rates must be taken over `duration_s`.
    """

    length_s: float = 10.0
    ticks: list[WindowTick] = msgspec.field(default_factory=list)

    def push(self, start_s: float, end_s: float, figures_by_id: dict[int, Figures]) -> None:
        """Takes a tick's figures (they belong to the window from here on), drops what is old."""
        self.ticks.append(WindowTick(start_s, end_s, figures_by_id))
        oldest_s = max(tick.end_s for tick in self.ticks) - self.length_s
        if self.ticks[0].end_s <= oldest_s:
            self.ticks = [tick for tick in self.ticks if tick.end_s > oldest_s]

    def total(self, endpoint_id: int) -> Figures:
        """The figures of one endpoint over the window; empty ones if it had no request."""
        total = Figures()
        for tick in self.ticks:
            figures = tick.figures.get(endpoint_id)
            if figures is not None:
                total.add(figures)
        return total

    def overall(self) -> Figures:
        """The figures of all endpoints together over the window."""
        total = Figures()
        for tick in self.ticks:
            for figures in tick.figures.values():
                total.add(figures)
        return total

    @property
    def endpoint_ids(self) -> set[int]:
        """The endpoints that had a request in the window."""
        return {endpoint_id for tick in self.ticks for endpoint_id in tick.figures}

    @property
    def duration_s(self) -> float:
        """Seconds that the kept ticks cover, without the gaps between them."""
        return sum(tick.end_s - tick.start_s for tick in self.ticks)
