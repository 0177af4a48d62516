"""Report and runs: read from stored journals, opened, marked, noted, exported, deleted by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from lftui.app import LftuiApp
from lftui.opening import Opening
from lftui.records import Marked
from lftui.screens.dialogs.confirm import ConfirmDialog
from lftui.screens.dialogs.export import ExportDialog
from lftui.screens.dialogs.pick_run import PickRun
from lftui.screens.dialogs.promote import PromoteDialog
from lftui.screens.live.screen import LiveScreen
from lftui.screens.report.comparison import CompareScreen
from lftui.screens.report.screen import ReportScreen
from lftui.screens.runs.screen import RunsScreen
from lftui.screens.runs.trend import TrendScreen
from lftui.screens.setup.screen import SetupScreen
from lftui.services.hub import Services
from lftui.widgets.check import Check
from lftui.widgets.lines import Lines
from lftui.widgets.table.table import LiveTable
from tests.console.shelved import shelve
from tests.unit.simulated import play_run
from tests.unit.stored_runs import store_live_run
from tests.unit.test_closing_view import eventful

OLD, NEW = "20260101-000000-main-aaaa", "20260102-000000-main-bbbb"
Driver = Pilot[Any]


class ShelfApp(LftuiApp):
    """Opens a screen at once: Setup has tests of its own."""

    def __init__(self, folder: Path, first: Callable[[], Any]) -> None:
        super().__init__(Opening(), Services(folder, str(folder / "runs")))
        self._first = first

    async def open_first(self) -> None:
        await self.push_screen(self._first())


async def until(pilot: Driver, condition: Callable[[], object]) -> None:
    for _ in range(500):
        await pilot.pause(0.01)
        if condition():
            return
    raise AssertionError("never came to hold")


def text(app: LftuiApp) -> str:
    return "\n".join(one.text for one in app.screen.query(Lines))


def drive(
    folder: Path,
    first: Callable[[], Any],
    test: Callable[[ShelfApp, Driver], Awaitable[None]],
    size: tuple[int, int] = (120, 40),
) -> None:
    async def run() -> None:
        app = ShelfApp(folder, first)
        async with app.run_test(size=size) as pilot:
            await test(app, pilot)

    asyncio.run(run())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shelve(tmp_path / "runs", OLD, play_run(1))
    play = play_run(2, factor=2.0)
    play.say(Marked(type="note", who="ann", text="[bold red]deploy[/] of 1.2"))
    shelve(tmp_path / "runs", NEW, play)
    return tmp_path


def test_a_report_begins_with_its_verdict_and_ends_with_the_notes(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        shown = text(app)
        assert shown.index("Verdict") < shown.index("Totals") < shown.index("Endpoints")
        assert "3,600 requests" in shown
        assert "[bold red]deploy[/] of 1.2" in shown, "text from outside is never markup"
        for chart in ("#throughput", "#times"):
            drawn = app.screen.query_one(chart)
            await until(pilot, lambda drawn=drawn: drawn.size.height > 5)

    drive(folder, lambda: ReportScreen(NEW), test)


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 60)])
def test_a_report_fits_its_terminal(folder: Path, size: tuple[int, int]) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        assert max(len(line) for line in text(app).splitlines()) <= max(size[0] - 4, 72)

    drive(folder, lambda: ReportScreen(NEW), test, size)


def test_a_report_of_a_damaged_journal_is_a_sentence(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "reading" not in text(app))
        assert "journal" in text(app)

    (folder / "runs" / OLD / "journal.ndjson").unlink()
    drive(folder, lambda: ReportScreen(OLD), test)


def test_export_writes_what_is_chosen_and_shows_the_paths(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog))
        place = folder / "out" / "here"
        app.screen.query_one("#folder", Input).value = str(place)
        await pilot.press("f5")
        paths = app.screen.query_one("#paths", OptionList)
        await until(pilot, lambda: paths.option_count)
        assert (place / "summary.json").is_file()
        assert (place / "locust_stats.csv").is_file()
        assert (place / "report.html").is_file()
        copied: list[str] = []
        app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await pilot.press("y")
        assert copied == [str(place / "report.html")]
        assert str(paths.options[0].prompt) == "report.html"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))

    drive(folder, lambda: ReportScreen(NEW), test)


def test_an_export_that_cannot_be_written_loses_nothing(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog))
        (folder / "file").write_text("mine")
        app.screen.query_one("#folder", Input).value = str(folder / "file")
        await pilot.press("f5")
        await until(pilot, lambda: "nothing was written" in text(app))
        assert (folder / "file").read_text() == "mine"

    drive(folder, lambda: ReportScreen(NEW), test)


def test_an_export_replaces_what_is_there_only_when_it_is_told_to(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog))
        place = folder / "out"
        place.mkdir()
        (place / "report.html").write_text("mine")
        app.screen.query_one("#folder", Input).value = str(place)
        await pilot.press("f5")
        await until(pilot, lambda: "report.html is there already and stays" in text(app))
        assert (place / "report.html").read_text() == "mine"
        assert (place / "summary.json").is_file()
        app.screen.query_one("#replace", Check).value = True
        await pilot.press("f5")
        await until(pilot, lambda: "wrote 8 files" in text(app))
        assert (place / "report.html").read_text().startswith("<!doctype html>")

    drive(folder, lambda: ReportScreen(NEW), test)


def test_promoting_shows_the_difference_and_writes_only_when_told(folder: Path) -> None:
    file = folder / "baseline.json"

    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, PromoteDialog))
        app.screen.query_one("#file", Input).value = str(file)
        app.screen.query_one("#file", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: str(file) in text(app))
        assert "/healthz" in text(app)
        assert not file.exists()
        await pilot.press("f5")
        await until(pilot, lambda: file.exists())

    drive(folder, lambda: ReportScreen(NEW), test)


def test_compare_asks_for_the_other_run_and_swaps(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, PickRun))
        await pilot.press("enter")
        await until(pilot, lambda: f"before {OLD}" in text(app))
        assert isinstance(app.screen, CompareScreen)
        await pilot.press("x")
        await until(pilot, lambda: f"before {NEW}" in text(app))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))

    drive(folder, lambda: ReportScreen(NEW), test)


def test_runs_are_listed_filtered_and_opened(folder: Path) -> None:
    shelve(folder / "runs", "20260103-000000-main-cccc", eventful(), ended=False)

    async def test(app: ShelfApp, pilot: Driver) -> None:
        table = app.screen.query_one(LiveTable)
        await until(pilot, lambda: len(table.keys) == 3)
        assert table.keys[0].endswith("cccc"), "what was torn off comes first"
        await pilot.press("slash", *"finished", "enter")
        await until(pilot, lambda: len(table.keys) == 2)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await pilot.press("escape")
        assert isinstance(app.screen, RunsScreen), "the filter goes first"
        assert len(table.keys) == 3

    drive(folder, RunsScreen, test)


def test_a_marked_run_is_compared_with_the_one_under_the_cursor(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        table = app.screen.query_one(LiveTable)
        await until(pilot, lambda: len(table.keys) == 2)
        await pilot.press("space", "down", "c")
        await until(pilot, lambda: f"before {NEW}   now {OLD}" in text(app))

    drive(folder, RunsScreen, test)


def test_a_note_to_a_stored_run_is_in_its_report(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: len(app.screen.query_one(LiveTable).keys) == 2)
        await pilot.press("m")
        await pilot.pause()
        await pilot.press(*"slow", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: ": slow" in text(app))

    drive(folder, RunsScreen, test)


def test_deleting_asks_and_the_safe_answer_is_the_first(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        table = app.screen.query_one(LiveTable)
        await until(pilot, lambda: len(table.keys) == 2)
        await pilot.press("D")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        assert (folder / "runs" / NEW).exists()
        await pilot.press("D")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: len(table.keys) == 1)
        assert not (folder / "runs" / NEW).exists()

    drive(folder, RunsScreen, test)


def test_several_marked_runs_are_deleted_at_once(folder: Path) -> None:
    third = shelve(folder / "runs", "20260103-000000-main-cccc", eventful())

    async def test(app: ShelfApp, pilot: Driver) -> None:
        table = app.screen.query_one(LiveTable)
        await until(pilot, lambda: len(table.keys) == 3)
        await pilot.press("space", "down", "down", "space")
        await until(pilot, lambda: "marked: 2 runs" in text(app))
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert "Delete 2 runs (" in text(app)
        assert third.id in text(app)
        assert OLD in text(app)
        assert NEW not in text(app)
        await pilot.press("y")
        await until(pilot, lambda: table.keys == [NEW])
        assert [path.name for path in (folder / "runs").iterdir()] == [NEW]
        assert "marked" not in text(app)

    drive(folder, RunsScreen, test)


def test_a_live_run_among_the_marked_stays_and_is_said(folder: Path) -> None:
    live = store_live_run(folder / "runs", "20260103-000000-main-cccc")

    async def test(app: ShelfApp, pilot: Driver) -> None:
        table = app.screen.query_one(LiveTable)
        await until(pilot, lambda: len(table.keys) == 3)
        await pilot.press("space", "down", "space", "D")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: len(table.keys) == 2)
        assert live.path.exists()
        assert any("is live" in one.message for one in app._notifications)

    drive(folder, RunsScreen, test)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_trend_of_the_run_under_the_cursor(folder: Path, size: tuple[int, int]) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: len(app.screen.query_one(LiveTable).keys) == 2)
        await pilot.press("t")
        await until(pilot, lambda: "The newest run against" in text(app))
        shown = text(app)
        assert "main.py" in shown.splitlines()[0]
        assert OLD in shown
        assert NEW in shown
        assert max(len(line) for line in shown.splitlines()) <= size[0] - 4
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))

    drive(folder, RunsScreen, test, size)


def test_the_trend_of_a_run_that_was_just_deleted_is_a_sentence(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "no run" in text(app))

    drive(folder, lambda: TrendScreen("20200101"), test)


def test_again_is_setup_with_the_plan_of_the_run(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: "Notes" in text(app))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen))
        assert isinstance(app.screen, SetupScreen)
        assert app.screen.choice.locustfile == "locustfiles/main.py"
        assert app.screen.choice.users == 7

    drive(folder, lambda: ReportScreen(NEW), test)


def test_a_stored_run_is_played_back(folder: Path) -> None:
    async def test(app: ShelfApp, pilot: Driver) -> None:
        await until(pilot, lambda: len(app.screen.query_one(LiveTable).keys) == 2)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, LiveScreen))
        await until(pilot, lambda: app.snapshot.link.kind == "replay")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))

    drive(folder, RunsScreen, test)
