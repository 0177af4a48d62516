"""The Live screen as a whole: layout, panels, filter, dialogs, mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from rich.cells import cell_len
from textual._compositor import Compositor

from lftui.records import Loaded, Logged, UserClassFact
from lftui.screens import messages
from lftui.screens.dialogs.confirm import ConfirmDialog
from lftui.screens.live.keys import name_of
from lftui.screens.live.panel_area import PanelArea
from lftui.screens.live.screen import ALL_PANELS
from lftui.snapshot import Snapshot
from lftui.widgets.chart.chart import Chart
from tests.console.live_app import LiveApp
from tests.unit.live_runs import OURS, a_run, snapshot_of
from tests.unit.strategies import Play, Sent


def with_app(
    test: Callable[[LiveApp, Any], Awaitable[None]],
    size: tuple[int, int] = (120, 40),
    snapshot: Snapshot | None = None,
    ascii: bool = False,
) -> None:
    """Run a test in an application of that size."""

    async def run() -> None:
        app = LiveApp(snapshot or snapshot_of(a_run()), ascii)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await test(app, pilot)

    asyncio.run(run())


def test_at_80x24_all_that_is_needed_is_there() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        lines = app.lines()
        assert len(lines) == 24
        assert all(cell_len(line) <= 80 for line in lines)
        assert "https://staging.example  ● RUNNING" in lines[0]
        assert "last 10 s" in lines[0]
        assert "generator" in lines[1]
        assert "10/10" in lines[2]
        text = app.text()
        assert "throughput" in text
        assert "response time" not in text
        for one in ALL_PANELS:
            assert f"{one.number} {one.name.capitalize()}" in text
        table = app.live.query_one(PanelArea).table
        assert table.size.height >= 10
        assert "s stop" in "\n".join(lines[-2:])
        await pilot.press("c")
        await pilot.pause()
        assert "response time" in app.text()
        assert "throughput" not in app.text()

    with_app(test, (80, 24))


def test_three_banners_leave_room_for_the_table_at_80x24() -> None:
    play = a_run(20, users=7, target=10)
    link = msgspec.structs.replace(OURS, controls="theirs", holder="bob")

    async def test(app: LiveApp, pilot: Any) -> None:
        assert len(app.bar("banners").splitlines()) == 3
        assert app.live.query_one(PanelArea).table.size.height >= 7
        assert "READ-ONLY" in app.text()

    with_app(test, (80, 24), snapshot_of(play, link=link, frozen=True))


def test_a_resized_terminal_shows_what_fits() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        assert "response time" in app.text()
        assert "throughput" in app.text()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert len(app.lines()) == 24
        assert "response time" not in app.text()
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert "response time" in app.text()
        assert "rps, last 10 s" in app.bar("tiles")

    with_app(test)


def test_before_the_first_record_the_screen_says_so() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        assert "STARTING" in app.bar("header")
        assert app.bar("banners") == ""
        await pilot.press("plus", "s", "z", "w", "4", "1")
        await pilot.pause()
        assert app.sent == []

    starting = msgspec.structs.replace(OURS, kind="starting", controls="none")
    with_app(test, snapshot=Snapshot(link=starting))


def test_the_zoom_is_said_in_the_charts() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        chart = app.live.query_one("#throughput", Chart)
        titles = []
        for _ in range(4):
            titles.append(chart.data.title + str(chart.data.window_s))
            await pilot.press("z")
            await pilot.pause()
        assert [title.removeprefix("throughput") for title in titles] == [
            "None", "600.0", "60.0", "None",
        ]  # fmt: skip

    with_app(test)


def test_digits_and_clicks_choose_a_panel_which_keeps_its_cursor() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        area = app.live.query_one(PanelArea)
        await pilot.press("down", "down")
        cursor = area.table.cursor_key
        for one in reversed(ALL_PANELS):
            await pilot.press(str(one.number))
            await pilot.pause()
            assert area.chosen == one.name
            assert area.table.has_focus
            assert [table.id for table in app.live.query("LiveTable") if table.display] == [
                f"table-{one.name}"
            ]
        assert area.chosen == "endpoints"
        assert area.table.cursor_key == cursor
        at = app.bar("tabs").index("Notes")
        await pilot.click("#tabs", offset=(at + 1, 0))
        await pilot.pause()
        assert area.chosen == "notes"

    with_app(test)


def test_a_click_on_a_key_in_the_footer_is_that_key() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        rows = app.bar("footer").splitlines()
        line = next(number for number, row in enumerate(rows) if "pause" in row)
        await pilot.click("#footer", offset=(rows[line].index("p pause"), line))
        await pilot.pause()
        assert [type(one).__name__ for one in app.sent] == ["Pause"]

    with_app(test)


def test_a_filter_takes_all_letters_and_escape_clears_it() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        table = app.live.query_one(PanelArea).table
        rows = len(table.keys)
        await pilot.press("slash", *"jobs")
        await pilot.pause()
        assert table.filter_text == "jobs"
        assert len(table.keys) < rows
        await pilot.press("q", "s", "1", "plus")
        await pilot.pause()
        assert app.asked == []
        assert app.screen is app.live
        assert table.filter_text == "jobsqs1+"
        await pilot.press(*["backspace"] * 4, "enter")
        await pilot.pause()
        assert table.has_focus
        assert table.filter_text == "jobs"
        await pilot.press("escape")
        await pilot.pause()
        assert table.filter_text == ""
        assert app.screen is app.live

    with_app(test)


def test_the_run_goes_on_under_a_dialog() -> None:
    play = a_run()

    async def test(app: LiveApp, pilot: Any) -> None:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        play.tick(users=7, target=10, stage=0)
        app.take(play)
        await pilot.pause()
        assert "7/10" in app.bar("tiles")
        assert "3 of 10 users have ended" in app.bar("banners")

    with_app(test, snapshot=snapshot_of(play))


def test_the_users_dialog_has_a_row_for_each_class_and_follows_the_run() -> None:
    play = a_run(target_by_class={"Reader": 6, "[red]Writer": 4}, users_by_class={"Reader": 6})
    facts = [UserClassFact(name="Reader"), UserClassFact(name="[red]Writer")]
    play.say(Loaded(files=[], user_classes=facts))
    play.tick(users=10, target_by_class={"Reader": 6, "[red]Writer": 4})

    async def test(app: LiveApp, pilot: Any) -> None:
        await pilot.press("u")
        await pilot.pause()
        text = app.text()
        assert "[red]Writer" in text
        assert "now 10 of 10 wanted, at most 200 on this target" in text
        await pilot.press(*"201")
        await pilot.pause()
        assert "ceiling of 200" in app.text()
        await pilot.press("enter")
        await pilot.pause()
        assert app.sent == []
        await pilot.press("tab", "tab", *"3")
        await pilot.pause()
        assert "users 10 → 7 (Reader 3, others as they are)" in app.text()
        play.tick(users=9, target=10, target_by_class={"Reader": 6, "[red]Writer": 4})
        app.take(play)
        await pilot.pause()
        assert "now 9 of 10 wanted" in app.text()
        await pilot.press("enter")
        await pilot.pause()
        (command,) = app.sent
        assert command.per_class == {"Reader": 3}  # type: ignore[union-attr]

    with_app(test, (80, 24), snapshot_of(play))


def test_ascii_mode_draws_nothing_else() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        for keys in ([], ["s"], ["escape", "u"], ["escape", "m"], ["escape", "q"], ["escape"]):
            await pilot.press(*keys)
            await pilot.pause()
            text = app.text()
            assert text.isascii(), [line for line in app.lines() if not line.isascii()]

    with_app(test, (80, 24), ascii=True)


def test_a_second_of_the_run_draws_only_what_has_changed(monkeypatch: Any) -> None:
    play = a_run(30)
    drawn: list[int] = []
    render = Compositor.render_update

    def counted(self: Compositor, *args: Any, **options: Any) -> Any:
        drawn.append(sum(region.area for region in self._dirty_regions))
        return render(self, *args, **options)

    async def test(app: LiveApp, pilot: Any) -> None:
        monkeypatch.setattr(Compositor, "render_update", counted)
        app.take(play)
        await pilot.pause()
        assert drawn == []
        play.tick([Sent(play.endpoint("/healthz"), 41_000)] * 6, users=10, stage=0)
        app.take(play)
        await pilot.pause()
        assert 0 < sum(drawn) < 120 * 40 / 2

    with_app(test, snapshot=snapshot_of(play))


def test_hostile_names_show_as_text() -> None:
    play = Play(plan={"locustfiles": ["[red].py"]}, host="https://[bold]x.example")
    row = play.endpoint("[/api/v1/] [@click=app.bell()]")
    play.tick([Sent(row, 5_000)], users=1)
    play.mark("note", text="[/nothing]", who="[red]ann", command_id="c")

    async def test(app: LiveApp, pilot: Any) -> None:
        text = app.text()
        assert "[red] → https://[bold]x.example" in text
        assert "[/api/v1/] [@click=app.bell()]" in text
        assert "[/nothing] ([red]ann)" in text

    with_app(test, snapshot=snapshot_of(play))


def test_remapped_keys_work_and_stand_in_the_footer() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        app.set_keymap({"live.stop": "f10"})
        app.take(a_run())
        await pilot.pause()
        assert "F10 stop" in app.bar("footer")
        await pilot.press("s")
        await pilot.pause()
        assert app.screen is app.live
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)

    with_app(test)


def test_every_command_of_the_palette_is_an_action_of_the_screen() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        commands = app.live.commands()
        assert len(commands) > 30
        for title, words, action in commands:
            assert title
            assert words
            assert hasattr(app.live, f"action_{name_of(action)}"), action
        await app.live.run_action("policy('stop')")
        await app.live.run_action("guard('', False)")
        await app.live.run_action("choose_window('run')")
        await app.live.run_action("release")
        await pilot.pause()
        assert [type(one).__name__ for one in app.sent] == [
            "SetPolicy", "SetGuard", "ReleaseControls",
        ]  # fmt: skip
        assert any(isinstance(one, messages.ChooseWindow) for one in app.asked)

    with_app(test)


def test_enter_opens_the_details_of_a_row() -> None:
    async def test(app: LiveApp, pilot: Any) -> None:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "EndpointDetail"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.live

    with_app(test)


def test_enter_on_an_error_shows_its_sample_and_follows_the_run() -> None:
    play = a_run(12)
    jobs = play.endpoint("/api/v1/jobs", "POST")
    group = play.error(jobs, "503 for [id]", "503 for [/job/7]")

    def fail() -> None:
        play.tick([Sent(jobs, 9_000, failed=True)], users=10, errors=[(group, 1)])

    fail()

    async def test(app: LiveApp, pilot: Any) -> None:
        assert "2 Errors(1)" in app.bar("tabs")
        await pilot.press("2", "enter")
        await pilot.pause()
        assert "503 for [/job/7]" in app.text()
        before = app.text()
        for _ in range(4):
            fail()
        app.take(play)
        await pilot.pause()
        assert app.text() != before
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.live

    with_app(test, (80, 24), snapshot_of(play))


def test_the_log_counts_what_is_unread_and_stays_at_its_end_until_one_reads() -> None:
    play = a_run(12)

    def log(count: int) -> None:
        for _ in range(count):
            play.say(Logged(source="script", text=f"line {play.state.log_lines + 1}"))

    async def test(app: LiveApp, pilot: Any) -> None:
        log(40)
        app.take(play)
        await pilot.pause()
        assert "Log(+40)" in app.bar("tabs")
        await pilot.press("7")
        await pilot.pause()
        assert "line 40" in app.text()
        log(3)
        app.take(play)
        await pilot.pause()
        assert "line 43" in app.text()
        assert "Log(+" not in app.bar("tabs")
        await pilot.press("up", "up")
        log(30)
        app.take(play)
        await pilot.pause()
        assert "line 73" not in app.text()
        assert "line 41" in app.text()

    with_app(test, (80, 24), snapshot_of(play))
