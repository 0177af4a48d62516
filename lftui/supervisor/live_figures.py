"""The live figures of a run, served to whatever scrapes them while it is on."""

from __future__ import annotations

import time

from lftui.plan import RunPlan, is_open_to_others
from lftui.records import Level, Logged
from lftui.supervisor.book import Book
from lftui.supervisor.figures_port import FiguresPort, LatestVerdict


class LiveFigures:
    """Serves what the book knows, where the plan says so."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._port: FiguresPort | None = None
        self._made = ""
        self._made_s: float | None = None

    async def open(self, plan: RunPlan) -> None:
        """Listen, before anything has begun.

        Raises:
            PlanError: the port cannot be had.
        """
        if not plan.figures_at:
            return
        from lftui.reports.openmetrics import CONTENT_TYPE

        verdict = LatestVerdict(lambda: self._book.snapshot()[0], time.monotonic)

        host, _, port = plan.figures_at.rpartition(":")
        figures = FiguresPort(lambda: self._text(verdict), CONTENT_TYPE)
        await figures.open(host, int(port))
        self._port = figures

    def _text(self, verdict: LatestVerdict) -> str:
        """The page; of hundreds of endpoints it takes a tenth of a second, so it is made once for
        each second that the generator tells, however many ask."""
        from lftui.reports.openmetrics import exposition

        state = self._book.state
        if not self._made or state.last_tick_s is None or state.last_tick_s != self._made_s:
            verdict.request()
            self._made, self._made_s = exposition(state, verdict.outcome), state.last_tick_s
        return self._made

    def tell(self, plan: RunPlan) -> None:
        """Say where they are, and who can read them."""
        if self._port is None:
            return
        text = f"the live figures are served at {self._port.url}"
        level: Level = "info"
        if is_open_to_others(plan.figures_at):
            text, level = f"{text}: whoever reaches this machine can read them", "warning"
        self._book.say(Logged(source="supervisor", level=level, text=text))

    async def close(self) -> None:
        """Serve no more."""
        if self._port is not None:
            await self._port.close()
