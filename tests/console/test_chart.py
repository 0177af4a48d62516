"""The chart as a widget: what is redrawn, and its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, Static

from lftui.widgets.chart.chart import Chart
from lftui.widgets.chart.data import ChartData, Line, Marker
from lftui.widgets.chart.sheet import changed_span
from lftui.widgets.look import Look


def data(seconds: int, **more: Any) -> ChartData:
    def points(base: float) -> list[tuple[float, float, float | None]]:
        return [(float(i), i + 1.0, base + (i * 7919) % 40) for i in range(seconds)]

    lines = [Line("p50", "p50", points(50), "ms"), Line("p95", "p95", points(200), "ms")]
    return ChartData(
        "response time", lines, until_s=float(seconds), window_s=60.0, unit="ms", **more
    )


class Watched(Chart):
    """A chart that notes what it asks to have redrawn."""

    def __init__(self, shown: ChartData | None = None) -> None:
        super().__init__(shown, id="chart")
        self.asked: list[tuple[Region, ...]] = []

    def refresh(self, *regions: Region, **more: Any) -> Any:
        if hasattr(self, "asked") and not more.get("layout"):
            self.asked.append(regions)
        return super().refresh(*regions, **more)


class Console(App[None]):
    CSS = "ContentSwitcher { height: 1fr; }"
    BINDINGS = [Binding("escape", "leave", "back")]

    def __init__(self, shown: ChartData | None = None, look: Look | None = None) -> None:
        super().__init__()
        self.chart = Watched(shown)
        self.look = look or Look(styles={"p50": "cyan", "p95": "yellow"})
        self.left = False

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="chart"):
            yield self.chart
            yield Static("other", id="other")

    def action_leave(self) -> None:
        self.left = True


def on_screen(app: Console) -> list[str]:
    lines = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in line) for line in lines]


def run(
    app: Console, steps: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 20)
) -> None:
    async def play() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot)

    asyncio.run(play())


def test_a_second_later_only_the_changed_rows_are_redrawn() -> None:
    app = Console(data(100))

    async def steps(pilot: Pilot[None]) -> None:
        axis = app.chart._picture.axis if app.chart._picture else None
        seconds = 100
        while True:  # to a second after which the window stands still
            seconds += 1
            app.chart.asked.clear()
            app.chart.show(data(seconds))
            await pilot.pause()
            here = app.chart._picture.axis if app.chart._picture else None
            if here == axis:
                break
            axis = here
        (regions,) = app.chart.asked
        assert 1 <= len(regions) <= 8
        assert all(region.height == 1 for region in regions)
        assert sum(region.width for region in regions[1:]) < 120

    run(app, steps)


def test_every_cell_that_changes_is_asked_to_be_redrawn() -> None:
    app, fresh = Console(data(60)), Console(data(90))
    seen: list[list[str]] = []

    async def steps(pilot: Pilot[None]) -> None:
        before = on_screen(app)
        for second in range(60, 91):
            app.chart.asked.clear()
            app.chart.show(data(second))
            await pilot.pause()
            after = on_screen(app)
            regions = [region for regions in app.chart.asked for region in regions]
            for y, (old, new) in enumerate(zip(before, after, strict=True)):
                for x in range(len(new)):
                    if old[x] != new[x]:
                        assert any(region.contains(x, y) for region in regions)
            before = after
        seen.append(before)

    async def look(pilot: Pilot[None]) -> None:
        seen.append(on_screen(fresh))

    run(app, steps)
    run(fresh, look)
    assert seen[0] == seen[1]


def test_the_same_figures_again_redraw_nothing() -> None:
    app = Console(data(100))

    async def steps(pilot: Pilot[None]) -> None:
        app.chart.asked.clear()
        app.chart.show(data(100))
        assert app.chart.asked == []

    run(app, steps)


def test_a_hidden_chart_draws_nothing_and_is_up_to_date_when_it_comes_back() -> None:
    app = Console(data(30))

    async def steps(pilot: Pilot[None]) -> None:
        app.query_one(ContentSwitcher).current = "other"
        await pilot.pause()
        app.chart.show(data(45, markers=[Marker(44.0, "N", "note")]))
        await pilot.pause()
        assert app.chart._picture is None
        app.query_one(ContentSwitcher).current = "chart"
        await pilot.pause()
        assert "N" in on_screen(app)[1]

    run(app, steps)


def test_the_arrows_read_values_and_escape_ends_it_before_it_leaves_the_screen() -> None:
    app = Console(data(50, markers=[Marker(0.2, "S", "stage 1")]))

    async def steps(pilot: Pilot[None]) -> None:
        app.chart.focus()
        await pilot.press("left")
        newest = app.chart.cursor_s
        assert newest is not None
        assert "at 0:4" in on_screen(app)[0]
        await pilot.press("left", "left")
        assert (app.chart.cursor_s or 0.0) < newest
        await pilot.press("right", "right", "right", "right")
        assert app.chart.cursor_s == newest
        await pilot.press("home")
        await pilot.pause()
        assert "at 0:00, stage 1" in on_screen(app)[0]
        await pilot.press("end")
        assert app.chart.cursor_s == newest
        await pilot.press("escape")
        await pilot.pause()
        assert app.chart.cursor_s is None
        assert not app.left
        assert "last 1 min" in on_screen(app)[0]
        await pilot.press("escape")
        assert app.left

    run(app, steps)


def test_a_series_is_switched_off_and_on_again() -> None:
    app = Console(data(50))

    async def steps(pilot: Pilot[None]) -> None:
        app.chart.toggle("p95")
        await pilot.pause()
        assert "p95 off" in on_screen(app)[0]
        app.chart.toggle("p95")
        await pilot.pause()
        assert "p95 off" not in on_screen(app)[0]

    run(app, steps)


def test_ascii_mode_draws_ascii_only() -> None:
    app = Console(data(50), Look(ascii=True))

    async def steps(pilot: Pilot[None]) -> None:
        app.chart.focus()
        await pilot.pause()
        assert all(row.isascii() for row in on_screen(app))
        assert any("o" in row for row in on_screen(app)[1:])

    run(app, steps)


def test_a_chart_follows_resizes_down_to_one_cell() -> None:
    app = Console(data(50))

    async def steps(pilot: Pilot[None]) -> None:
        for size in ((40, 8), (1, 1), (3, 2), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            app.chart.show(data(51))
        assert "response time, ms, last 1 min" in on_screen(app)[0]

    run(app, steps)


def test_another_look_is_drawn_at_the_next_redraw() -> None:
    app = Console(data(50))

    async def steps(pilot: Pilot[None]) -> None:
        app.look = Look(ascii=True)
        app.chart.show(data(50))
        await pilot.pause()
        assert all(row.isascii() for row in on_screen(app))

    run(app, steps)


def test_the_changed_part_of_a_row_is_from_its_first_to_its_last_changed_cell() -> None:
    assert changed_span((("abcdef", ""),), (("abXdYf", ""),)) == (2, 5)
    assert changed_span((("ab", ""), ("cd", "p50")), (("ab", ""), ("cd", "p95"))) == (2, 4)
    assert changed_span((("ab  ", ""),), (("日本", ""),)) == (0, 4)
