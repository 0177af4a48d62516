"""The detail view of an endpoint: live, by its keys, for any name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.reactive import reactive

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.screens import messages
from lftui.screens.live.endpoint_detail import EndpointDetail
from lftui.screens.live.endpoints import TOTAL_KEY
from lftui.snapshot import Snapshot
from lftui.widgets.chart.chart import Chart
from lftui.widgets.lines import Lines
from lftui.widgets.look import Look
from tests.unit.strategies import Play, Sent

LOGIN = "POST\t/login"
HOSTILE = "[bold red]x[/] [/foo] " + "長" * 5_000


class DetailApp(App[None]):
    """Holds the snapshot, and what was asked of the application."""

    snapshot: reactive[Snapshot] = reactive(Snapshot(), always_update=True)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.asked: list[Any] = []

    def on_choose_window(self, event: messages.ChooseWindow) -> None:
        self.asked.append(event.window)

    def on_judge(self) -> None:
        self.asked.append("judge")

    def text(self) -> str:
        return "\n".join(lines.text for lines in self.screen.query(Lines))


def played(seconds: int = 20) -> Play:
    rule = written([parse_threshold("p95_ms@/login<200")])
    play = Play(thresholds=rule)
    for _ in range(seconds):
        second(play)
    return play


def second(play: Play) -> None:
    login, odd = play.endpoint("/login", "POST", "Reader"), play.endpoint(HOSTILE)
    error = play.error(login, "503 [/foo] down")
    requests = [Sent(login, 300_000), Sent(login, 1_000, failed=True), Sent(odd, 5_000)]
    play.tick(requests, errors=[(error, 1)])


Act = Callable[[DetailApp, Pilot[Any], Play], Awaitable[None]]


def with_detail(
    act: Act, key: str = LOGIN, size: tuple[int, int] = (80, 24), look: Look | None = None
) -> None:
    async def main() -> None:
        app, play = DetailApp(look or Look()), played()
        async with app.run_test(size=size) as pilot:
            app.snapshot = Snapshot(state=play.state)
            app.push_screen(EndpointDetail(key))
            await pilot.pause()
            await act(app, pilot, play)

    asyncio.run(main())


def test_it_shows_the_endpoint_and_follows_the_run():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        assert "POST /login" in app.text()
        assert "300 ms" in app.text()
        assert "20  503 [/foo] down" in app.text()
        second(play)
        app.snapshot = Snapshot(state=play.state)
        await pilot.pause()
        assert "21  503 [/foo] down" in app.text()
        assert app.asked == ["judge", "judge"]

    with_detail(act)


def test_w_asks_for_the_next_window_and_the_figures_change_with_the_snapshot_only():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        await pilot.press("w")
        assert app.asked[-1] == "step"
        assert "figures: last 10 s" in app.text()
        app.snapshot = Snapshot(state=play.state, window="step")
        await pilot.pause()
        assert "figures: step 1" in app.text()

    with_detail(act)


def test_z_zooms_and_the_arrows_read_the_chart():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        chart = app.screen.query_one(Chart)
        seen = [chart.data.window_s]
        for _ in range(3):
            await pilot.press("z")
            seen.append(chart.data.window_s)
        assert seen == [None, 600.0, 60.0, None]
        await pilot.press("left", "left")
        assert chart.cursor_s is not None

    with_detail(act)


@pytest.mark.parametrize("keys", [["escape"], ["q"], ["left", "escape", "escape"]])
def test_escape_and_q_go_back(keys: list[str]):
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        await pilot.press(*keys)
        assert not isinstance(app.screen, EndpointDetail)

    with_detail(act)


def test_at_80x24_everything_can_be_scrolled_into_sight():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        body = app.screen.query_one("#body", VerticalScroll)
        assert body.size.height >= 12
        await pilot.press("down")
        assert body.scroll_y == 1
        await pilot.press(*["pagedown"] * 6)
        assert body.scroll_y == body.max_scroll_y > 0
        await pilot.press("pageup", "up")
        assert body.scroll_y < body.max_scroll_y

    with_detail(act)


@pytest.mark.parametrize("key", [f"GET\t{HOSTILE}", TOTAL_KEY, "GET\t/never"])
def test_any_endpoint_at_any_size(key: str):
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        for width, height in [(80, 24), (1, 1), (20, 5), (200, 60)]:
            await pilot.resize_terminal(width, height)
            await pilot.press("pagedown", "left", "z")
            assert isinstance(app.screen, EndpointDetail)
            assert app.screen.query_one("#figures", Lines).text

    with_detail(act, key)


def test_a_hostile_name_is_text():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        assert "\n  GET [bold red]x[/] [/foo]\n" in app.text()

    with_detail(act, f"GET\t{HOSTILE}")


def test_in_ascii_mode_texts_are_ascii():
    async def act(app: DetailApp, pilot: Pilot[Any], play: Play) -> None:
        for lines in app.screen.query(Lines):
            for y in range(lines.size.height):
                assert lines.render_line(y).text.isascii()

    with_detail(act, f"GET\t{HOSTILE}", look=Look(ascii=True))
