"""The target's own metrics in the console: the panel, its chart, and what is down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.console.fake import FakeLink
from tests.console.live_app import LiveApp
from tests.console.snap import Driver, SnapApp, live, matches
from tests.unit.live_runs import snapshot_of
from tests.unit.watched_runs import watched


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_target_on_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    """The banner names the source that is down and for how long. The chart is of the row under the
    cursor, with its limits and the users, at 120 columns beside the throughput. Rows with a sign,
    value and unit, trend, verdict, source and age; the row of the source that is down has no value
    and its age."""
    fake = FakeLink()

    async def scene(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        await fake.answer(*watched().records)
        await pilot.pause()
        app._draw()
        await pilot.press("5")
        await pilot.pause()

    matches(f"live_target_{size[0]}x{size[1]}", live(tmp_path, fake, scene, size), size)


def test_the_chart_follows_the_row_and_goes_with_the_panel() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(watched()))
        async with app.run_test(size=(120, 40)) as pilot:
            assert "response time" in app.text()
            await pilot.press("5")
            await pilot.pause()
            assert "cpu_usage of api" in app.text()
            assert "response time" not in app.text()
            await pilot.press("down")
            await pilot.pause()
            assert "memory of api" in app.text()
            await pilot.press("z", "enter")
            await pilot.pause()
            assert "no limit is set" in app.text()
            await pilot.press("escape", "4")
            await pilot.pause()
            assert "memory of api" not in app.text()
            assert "response time" in app.text()

    asyncio.run(run())


def test_where_there_is_room_for_one_chart_it_is_that_of_the_row() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(watched()))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("5")
            await pilot.pause()
            assert "cpu_usage of api" in app.text()
            await pilot.press("c")
            await pilot.pause()
            assert "cpu_usage of api" not in app.text()
            assert "throughput" in app.text()
            await pilot.press("c")
            await pilot.pause()
            assert "cpu_usage of api" in app.text()

    asyncio.run(run())
