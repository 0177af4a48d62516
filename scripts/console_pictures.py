"""Draws the pictures of the console for the documentation, from a stored run.

    python scripts/console_pictures.py RUN_FOLDER [DEMO_URL]

Textual's own screenshots, without the web font that they name. The run is played to the middle of
its load and shown as if it were live; nothing else is made up.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lftui.app import LftuiApp
from lftui.choices import Choice
from lftui.links.replay import ReplayLink
from lftui.opening import Opening
from lftui.screens.report.screen import ReportScreen
from lftui.services.hub import Services
from lftui.snapshot import LinkFacts
from lftui.supervisor.store import RunFolder
from lftui.widgets.lines import Lines

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZE = (120, 40)
FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"


class AsIfLive(ReplayLink):
    """A replay that stands still and looks live."""

    @property
    def facts(self) -> LinkFacts:
        found = super().facts
        return msgspec.structs.replace(found, kind="live", controls="ours", replay=None)


class Stage(LftuiApp):
    """Opens one screen."""

    def __init__(self, opening: Opening, services: Services, first: Callable[[], Any]) -> None:
        super().__init__(opening, services)
        self._first = first

    async def open_first(self) -> None:
        screen = self._first()
        if screen is None:
            await super().open_first()
        else:
            await self.push_screen(screen)


def save(app: LftuiApp, name: str) -> None:
    """The screen as an SVG that needs nothing from elsewhere."""
    svg = app.export_screenshot(title="lftui")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)
    svg = re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {FONT};", svg)
    (IMAGES / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(f"wrote docs/images/{name}.svg")


async def settle(pilot: Any, until: Callable[[], object]) -> None:
    """Wait until something is on screen."""
    for _ in range(1_000):
        await pilot.pause(0.02)
        if until():
            await pilot.pause(0.3)
            return
    raise SystemExit("the screen never came to show what was waited for")


async def live(folder: RunFolder, services: Services, at_s: float) -> None:
    """The Live screen, its Steps and Errors."""
    link = AsIfLive(folder)
    app = Stage(Opening(link=link), services, lambda: None)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        link.seek(at_s)
        link.pause(1)
        await settle(pilot, lambda: app.follower.verdict is not None)
        await pilot.press("4")
        await pilot.pause(1.0)
        save(app, "console-steps")


async def report(folder: RunFolder, services: Services) -> None:
    """The Report screen."""
    app = Stage(Opening(), services, lambda: ReportScreen(folder.id))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot, lambda: any("Totals" in one.text for one in app.screen.query(Lines)))
        save(app, "console-report")


async def setup(services: Services, choice: Choice, url: str) -> None:
    """The Setup screen on the demo target, which has to be there."""
    app = Stage(Opening(choice=choice, demo_url=url), services, lambda: None)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(6.0)
        save(app, "console-setup")


async def draw(folder: RunFolder, url: str) -> None:
    """Draw all of them."""
    here, runs = Path(), str(folder.path.parent)
    state = folder.fold()
    began, ended = state.load_began_s or 0.0, state.load_ended_s or 0.0
    await live(folder, Services(here, runs), 0.8 * (ended - began))
    await report(folder, Services(here, runs))
    if url:
        shape = "steps:start=10,step=10,every=1m,to=60"
        choice = Choice(locustfile="locustfiles/main.py", host=url, shape=shape)
        await setup(Services(here, runs, demo_url=url), choice, url)


if __name__ == "__main__":
    asyncio.run(
        draw(RunFolder(Path(sys.argv[1]).resolve()), sys.argv[2] if len(sys.argv) > 2 else "")
    )
