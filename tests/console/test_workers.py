"""Workers in the console: the keys that add and remove them, and what their panel looks like."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lftui.records import AddWorker, RemoveWorker
from tests.console.fake import FakeLink
from tests.console.live_app import LiveApp
from tests.console.snap import Driver, SnapApp, live, matches
from tests.unit.distributed_runs import WorkersPlay, with_a_loss
from tests.unit.live_runs import a_run, snapshot_of


def test_a_worker_is_added_at_once_and_removed_after_a_yes() -> None:
    play = WorkersPlay(2)
    play.run(5)

    async def run() -> None:
        app = LiveApp(snapshot_of(play))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("W")
            await pilot.pause()
            assert app.sent == [AddWorker()]
            await pilot.press("delete")
            assert "the Workers panel (6) does that" in app.bar("status")
            await pilot.press("6", "delete")  # the master's row
            assert "no worker is chosen" in app.bar("status")
            await pilot.press("down", "down", "delete")
            await pilot.pause()
            assert "Remove the worker local-2?" in app.text()
            await pilot.press("n")
            await pilot.press("delete", "y")
            await pilot.pause()
            assert app.sent == [AddWorker(), RemoveWorker(worker="local-2")]
            play.leave("local-2", "removed")
            play.run(1)
            for _ in range(6):  # what the screen itself has to say stands for five snapshots
                app.take(play)
            await pilot.pause()
            assert "local-2 was sent away" in app.bar("status")
            assert "1 worker " in app.bar("header")

    asyncio.run(run())


def test_without_workers_the_keys_say_what_to_do() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run()))
        async with app.run_test(size=(80, 24)) as pilot:
            assert "worker" not in app.bar("footer")
            await pilot.press("W")
            await pilot.pause()
            assert app.sent == []
            assert "start it with --processes 2" in app.bar("status")

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_lost_worker_on_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    """The banner counts who is lost and what is missing; the lost worker is the first row of the
    panel, then the master; the others with users and wanted, rate, CPU, memory, lag and p95. The
    header says 2 of 3 workers, the key line has the keys for workers."""
    fake = FakeLink()

    async def scene(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        await fake.answer(*with_a_loss().records)
        await pilot.pause()
        app._draw()
        await pilot.press("6")
        await pilot.pause()

    matches(f"live_workers_{size[0]}x{size[1]}", live(tmp_path, fake, scene, size), size)
