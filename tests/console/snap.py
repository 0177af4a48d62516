"""Text snapshots: a screen of the console as its operator reads it, kept in a file.

    UPDATE_SNAPSHOTS=1 pytest tests/console/test_snapshots.py     writes the files anew

A file holds exactly the rows of the screen; blanks at their ends are left out.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from lftui.app import LftuiApp
from lftui.opening import Opening
from lftui.services.hub import Services
from tests.console.fake import FakeLink

GOLDEN = Path(__file__).parent / "snapshots"
Driver = Pilot[Any]


class QuietServices(Services):
    """The services of the console, but for a judge that works beside the loop, at its own time."""

    def judging(self, told: Any) -> Any:
        """A judge that never says a word."""
        return self

    def request(self, state: Any) -> None:
        """Nobody judges."""

    def launcher_open(self) -> None:
        """Nothing is started."""


class SnapApp(LftuiApp):
    """The console on a recorded run, or on the screen that a test gives it.

    Args:
        folder: the working directory, with stored runs under `runs`.
        first: makes the screen that opens; without it the opening says which.
    """

    def __init__(
        self, folder: Path, opening: Opening, first: Callable[[], Any] | None = None
    ) -> None:
        super().__init__(opening, QuietServices(folder, str(folder / "runs")))
        self.animation_level = "none"
        self._first = first

    def _launch(self, work: Coroutine[Any, Any, None]) -> None:
        work.close()  # no process is started

    async def open_first(self) -> None:
        """What the test wants to see."""
        if self._first is not None:
            await self.push_screen(self._first())
        else:
            await super().open_first()


def shown(app: App[Any]) -> list[str]:
    """The screen in sight: as many rows as it has, each as wide as it is."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    rows = ["".join(segment.text for segment in strip) for strip in strips[:height]]
    rows += [""] * (height - len(rows))
    return [set_cell_size(row, width) for row in rows]


async def settled(app: App[Any], pilot: Driver) -> list[str]:
    """The screen when it says the same three times."""
    for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
        field.cursor_blink = False
    before: list[list[str]] = []
    for _ in range(100):
        if isinstance(app, LftuiApp):
            app._draw()
        await pilot.pause(0.01)
        now = shown(app)
        if before[-2:] == [now, now]:
            return now
        before.append(now)
    raise AssertionError("the screen never comes to rest")


async def until(pilot: Driver, condition: Callable[[], object]) -> None:
    """Wait for a condition, not for a time."""
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("never came to hold:\n" + "\n".join(shown(pilot.app)))


def matches(name: str, rows: list[str], size: tuple[int, int]) -> None:
    """Compare a screen with its file, or write the file."""
    assert [cell_len(row) for row in rows] == [size[0]] * size[1]
    text = "".join(row.rstrip() + "\n" for row in rows)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    assert path.is_file(), f"there is no {path.name}; UPDATE_SNAPSHOTS=1 writes it:\n{text}"
    wanted = path.read_text(encoding="utf-8")
    if text != wanted:
        difference = difflib.unified_diff(
            wanted.splitlines(), text.splitlines(), f"{name}.txt", "the screen now", lineterm=""
        )
        raise AssertionError("\n".join(["the screen has changed:", *difference]))


Scene = Callable[[SnapApp, Driver, FakeLink], Awaitable[None]]


def live(
    folder: Path,
    fake: FakeLink,
    scene: Scene,
    size: tuple[int, int] = (80, 24),
    **opening: Any,
) -> list[str]:
    """The console that follows this link, after the scene; its rows."""

    async def run() -> list[str]:
        app = SnapApp(folder, Opening(link=fake, **opening))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await scene(app, pilot, fake)
            return await settled(app, pilot)

    return asyncio.run(run())
