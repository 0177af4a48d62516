"""LiveTable in an application: keys, mouse, focus, and how little is drawn again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.pilot import Pilot

from lftui.widgets.look import Look
from lftui.widgets.table.table import LiveTable
from tests.unit.test_widgets_table import Rows, numbered

HOSTILE = (
    "[bold red]x[/]",
    "[/foo]",
    "[@click=app.bell]y[/]",
    "\x1b[2J",
    "長い" * 50,
    "x" * 10_000,
)


class TableApp(App[None]):
    """One table, and what it said."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.now_s = 0.0
        self.said: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield LiveTable(id="table", clock=lambda: self.now_s)

    def on_live_table_opened(self, event: LiveTable.Opened) -> None:
        self.said.append(("opened", event.key))

    def on_live_table_moved(self, event: LiveTable.Moved) -> None:
        self.said.append(("moved", event.key))

    @property
    def table(self) -> LiveTable:
        return self.query_one(LiveTable)

    def lines(self) -> list[str]:
        table = self.table
        return [table.render_line(y).text for y in range(table.size.height)]


Act = Callable[[TableApp, Pilot[Any]], Awaitable[None]]


def with_table(act: Act, size: tuple[int, int] = (80, 24), look: Look | None = None) -> None:
    async def main() -> None:
        app = TableApp(look or Look())
        async with app.run_test(size=size) as pilot:
            await act(app, pilot)

    asyncio.run(main())


def test_keys_move_the_cursor_and_the_window_follows():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(100))
        for key, expected in [
            ("down", 1), ("j", 2), ("up", 1), ("k", 0), ("up", 0), ("end", 99), ("down", 99),
            ("home", 0), ("pagedown", 22), ("pagedown", 44), ("pageup", 22), ("G", 99), ("g", 0),
        ]:  # fmt: skip
            await pilot.press(key)
            name = f"/r{expected:04}"
            assert app.table.cursor_key == name
            assert sum(f"▸GET    {name} " in line for line in app.lines()) == 1

    with_table(act)


def test_enter_opens_the_row_under_the_cursor_and_moves_are_told_once():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(5))
        await pilot.press("down", "enter")
        app.table.show(numbered(5))
        await pilot.pause()
        assert app.said == [("moved", "/r0000"), ("moved", "/r0001"), ("opened", "/r0001")]

    with_table(act)


def test_a_click_selects_a_second_one_opens_and_one_on_a_title_sorts():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(5))
        await pilot.click(LiveTable, offset=(10, 3))
        assert app.table.cursor_key == "/r0002"
        assert ("opened", "/r0002") not in app.said
        await pilot.click(LiveTable, offset=(10, 3))
        assert app.said[-1] == ("opened", "/r0002")
        await pilot.click(LiveTable, offset=(app.lines()[0].index("p95"), 0))
        assert app.table.order == ("p95", True)

    with_table(act)


def test_the_wheel_scrolls_and_leaves_the_cursor_on_its_row():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(100))
        await pilot._post_mouse_events([MouseScrollDown], LiveTable, (5, 5))
        assert app.table.cursor_key == "/r0000"
        assert "/r0003" in app.lines()[1]
        await pilot.press("down")
        assert "▸GET    /r0001" in app.lines()[1]

    with_table(act)


def test_o_goes_through_the_orders_and_shift_o_turns_them_round():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(5))
        await pilot.press("o", "o", "o")
        assert app.table.order == ("reqs", True)
        await pilot.press("O")
        assert app.table.order == ("reqs", False)
        await pilot.press("o", "o")
        assert app.table.order is None

    with_table(act)


def test_rows_stand_still_after_a_key_until_r_or_some_quiet_seconds():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.sort_by("p95", True)
        app.table.show(Rows({"a": 3.0, "b": 2.0, "c": 1.0}))
        await pilot.press("down")
        turned = Rows({"a": 1.0, "b": 2.0, "c": 3.0, "new": 9.0})
        app.table.show(turned)
        assert app.table.keys == ["a", "b", "c", "new"]
        await pilot.press("r")
        assert app.table.keys == ["new", "c", "b", "a"]
        assert app.table.cursor_key == "b"
        app.table.show(Rows({"a": 5.0, "b": 2.0}))
        assert app.table.keys == ["b", "a"]
        app.now_s = 60.0
        app.table.show(Rows({"a": 5.0, "b": 2.0}))
        assert app.table.keys == ["a", "b"]

    with_table(act)


def test_the_filter_narrows_and_comes_off_again():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(1000))
        app.table.filter("R09 5")
        assert "19 of 1000 match 'R09 5'" in app.lines()[0]
        app.table.filter("")
        assert len(app.table.keys) == 1000

    with_table(act, (100, 24))


def test_of_a_thousand_rows_a_change_of_one_draws_its_cells_only(monkeypatch: pytest.MonkeyPatch):
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(1000))
        await pilot.pause()
        drawn: list[Region] = []
        monkeypatch.setattr(app.table, "refresh", lambda *regions, **_: drawn.extend(regions))
        rows = numbered(1000)
        app.table.show(rows)
        assert drawn == []
        assert len(rows.asked) == 39
        rows = numbered(1000)
        rows.values["/r0004"] = 12345.0
        app.table.show(rows)
        assert len(drawn) == 1
        assert (drawn[0].y, drawn[0].height) == (5, 1)
        assert drawn[0].width < 20

    with_table(act, (120, 40))


def test_columns_scroll_sideways_and_the_names_stay():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(5))
        await pilot.press("right")
        assert "reqs" not in app.lines()[0]
        assert "p50" in app.lines()[0]
        assert app.lines()[0].startswith("‹method name")
        await pilot.press("right", "right", "right", "right", "left", "left", "left", "left")
        assert "reqs" in app.lines()[0]

    with_table(act, (50, 10))


def test_hostile_names_are_text_and_every_line_has_the_tables_width():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(Rows(dict.fromkeys(HOSTILE, 1.0)))
        await pilot.pause()
        said = "\n".join(app.lines())
        assert "[bold red]x[/]" in said
        assert "[@click=app.bell]y[/]" in said
        assert "\x1b" not in said
        for y in range(app.table.size.height):
            assert app.table.render_line(y).cell_length == 80

    with_table(act)


def test_any_size_is_survived():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(50))
        await pilot.press("down", "end", "right")
        for width, height in [(1, 1), (2, 2), (7, 3), (20, 2), (200, 60)]:
            await pilot.resize_terminal(width, height)
            await pilot.press("up", "o", "left")
            assert len(app.lines()) == height
            assert height < 2 or any("▸" in line for line in app.lines())

    with_table(act)


def test_in_ascii_mode_all_of_it_is_ascii():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(Rows(dict.fromkeys(HOSTILE, 1.0)))
        app.table.sort_by("p95", True)
        await pilot.press("down", "down")
        assert all(line.isascii() for line in app.lines())
        assert any(line.startswith(">GET") for line in app.lines())

    with_table(act, (50, 10), Look(ascii=True))


def test_the_cursor_is_bright_only_while_keys_come_here():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(numbered(5))
        await pilot.press("down")
        style = app.table.render_line(2)._segments[0].style
        assert style is not None
        assert style.reverse
        app.set_focus(None)
        await pilot.pause()
        style = app.table.render_line(2)._segments[0].style
        assert style is not None
        assert not style.reverse
        assert app.lines()[2].startswith("▸")

    with_table(act)


def test_without_rows_the_reason_is_shown():
    async def act(app: TableApp, pilot: Pilot[Any]) -> None:
        app.table.show(Rows({}))
        await pilot.press("down", "enter", "end", "o", "r")
        assert any(line.strip() == "No request was completed yet." for line in app.lines())
        assert app.said == []

    with_table(act)
