"""Colors: every tone in every palette, readable; sixteen, or none; signs that are ASCII."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.theme import Theme
from textual.widgets import Input
from textual.widgets._toast import Toast

from lftui.choices import Choice
from lftui.opening import Opening
from lftui.preferences import Preferences, read_preferences
from lftui.screens.checks import ChecksScreen
from lftui.screens.report.screen import ReportScreen
from lftui.screens.runs.screen import RunsScreen
from lftui.screens.setup.screen import SetupScreen
from lftui.widgets.ascii_only import in_ascii
from lftui.widgets.chart.chart import Chart
from lftui.widgets.look import Tone
from lftui.widgets.table.table import LiveTable
from lftui.widgets.themes import ANSI, THEMES, ansi_theme, styles_of
from tests.console.fake import FakeLink
from tests.console.setup_app import FakeSetup
from tests.console.snap import Driver, SnapApp, settled, shown, until
from tests.console.test_snapshots import FixedChecks, has, shelve_recorded
from tests.e2e.terminal import Terminal, terminal
from tests.runs.live import LFTUI, REPOSITORY, wait_for

TONES = [tone for tone in get_args(Tone) if tone]
RUN = "20260101-000000-main-aaaa"
ALL_ANSI = [ansi_theme(dark) for dark in (True, False)]


# --- contrast ------------------------------------------------------------------------------------


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in color.get_truecolor()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), white) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_each_tone_can_be_read_on_each_ground_of_its_theme(theme: Theme) -> None:
    styles = styles_of(theme.name)
    least = 7.0 if theme.name == "lftui-contrast" else 4.5
    for ground in (theme.background, theme.surface):
        assert contrast(Color.parse(str(theme.foreground)), Color.parse(str(ground))) >= least
        for tone in TONES:
            style = Style.parse(styles[tone])
            assert style.color is not None, tone
            ratio = contrast(style.color, style.bgcolor or Color.parse(str(ground)))
            assert ratio >= least, f"{tone} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [*THEMES, *ALL_ANSI], ids=lambda theme: theme.name)
def test_each_theme_has_a_style_for_each_tone(theme: Theme) -> None:
    for colors in (True, False):
        assert set(TONES) <= set(styles_of(theme.name, colors)) | UNSTYLED[colors], theme.name


UNSTYLED = {
    True: set[str](),
    # Without colors a series is told by its label and its legend.
    False: {"rps", "goodput", "users", "p50", "p95", "p99"},
}


def test_without_colors_no_tone_has_one() -> None:
    for text in styles_of("lftui-dark", colors=False).values():
        style = Style.parse(text)
        assert style.color is None
        assert style.bgcolor is None


@pytest.mark.parametrize("dark", [True, False])
def test_on_16_colors_only_what_is_broken_is_red(dark: bool) -> None:
    styles = {tone: Style.parse(text) for tone, text in styles_of(ANSI[dark]).items()}
    names = {tone: style.color.name for tone, style in styles.items() if style.color is not None}
    assert {tone for tone, name in names.items() if "red" in name} == {"critical", "errors"}
    assert len({names["p50"], names["p95"], names["p99"]}) == 3
    hard_to_read = {"blue", "black"} if dark else {"yellow", "cyan", "white"}
    assert not hard_to_read & set(names.values())


# --- every screen, drawn -------------------------------------------------------------------------


def visit_all(folder: Path, look: Callable[[SnapApp, str], None], **opening: Any) -> None:
    """Call `look` on every screen, panel and dialog."""
    asyncio.run(_visit_live(folder, look, opening))
    asyncio.run(_visit_rest(folder, look, opening))


async def _visit_live(
    folder: Path, look: Callable[[SnapApp, str], None], opening: dict[str, Any]
) -> None:
    fake = FakeLink("steps")
    app = SnapApp(folder, Opening(link=fake, **opening))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        await fake.play_until(lambda state: state.proposals)
        for key in "12345678":
            await pilot.press(key)
            await settled(app, pilot)
            look(app, f"panel {key}")
        await pilot.press("1", "down")
        for key in ("enter", "u", "m", "s", "K", "d", "q", "ctrl+p", "question_mark", "slash"):
            before = app.screen
            await pilot.press(key)
            await pilot.pause(0.05)
            look(app, f"after {key}")
            assert key == "slash" or app.screen is not before, f"{key} opened nothing"
            if key != "question_mark":
                await pilot.press("escape")
            else:
                app.pop_screen()
            await pilot.pause()
        app.say("a sentence — with é and 長", "warning")
        await until(pilot, lambda: any("a sentence" in row for row in shown(app)))
        look(app, "toast")


async def _visit_rest(
    folder: Path, look: Callable[[SnapApp, str], None], opening: dict[str, Any]
) -> None:
    shelve_recorded(folder, RUN, "steps")
    choice = Choice(locustfile="shop.py", host="live", own_options={"--api-token": "s3cr3t"})
    for first in (
        RunsScreen,
        lambda: ReportScreen(RUN),
        lambda: ChecksScreen(choice),
        lambda: SetupScreen(choice),
    ):
        app = SnapApp(folder, Opening(**opening), first)
        app.services.setup = FakeSetup()  # type: ignore[assignment]
        app.services.checks = FixedChecks()  # type: ignore[assignment]
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda app=app: _is_ready(app))
            await settled(app, pilot)
            name = type(app.screen).__name__
            look(app, name)
            if isinstance(app.screen, ReportScreen):
                await pilot.press("e")
                await pilot.pause(0.05)
                look(app, "export")


def _is_ready(app: SnapApp) -> bool:
    screen = app.screen
    if isinstance(screen, RunsScreen):
        return bool(screen.query_one(LiveTable).keys)
    if isinstance(screen, SetupScreen):
        facts = screen.facts
        return facts.preview is not None and "api-token" in "".join(shown(app))
    if isinstance(screen, ChecksScreen):
        return any("1 failed" in row for row in shown(app))
    return has("Endpoints")(app)


def segments(app: SnapApp) -> Iterator[Segment]:
    """What is drawn now, as it goes to the terminal."""
    for strip in app.screen._compositor.render_strips():
        yield from strip


def test_in_ascii_nothing_else_is_drawn_on_any_screen(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(app: SnapApp, where: str) -> None:
        rows = shown(app)
        assert [len(row) for row in rows] == [120] * 40, where
        for row in rows:
            assert row.isascii(), f"{where}: {row}"
        seen.append(where)

    visit_all(tmp_path, look, ascii=True)
    assert len(seen) == 24


@pytest.mark.parametrize("theme", ["lftui-dark", "lftui-light"])
def test_on_16_colors_nothing_else_is_drawn_on_any_screen(tmp_path: Path, theme: str) -> None:
    kinds = {ColorType.DEFAULT, ColorType.STANDARD}

    def look(app: SnapApp, where: str) -> None:
        for text, style, _ in segments(app):
            for color in (style.color, style.bgcolor) if style else ():
                assert color is None or color.type in kinds, f"{where}: {text!r} {color}"

    visit_all(tmp_path, look, colors="ansi", preferences=Preferences(theme=theme))


def test_what_has_no_likeness_in_ascii_keeps_its_width() -> None:
    assert in_ascii("→ …●▲■ ─│╭") == "> ~*!# -|+"
    assert in_ascii("é長🔥") == "?????"
    assert in_ascii("e\u0301") == "e"


# --- a real terminal -----------------------------------------------------------------------------

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
_ATTRIBUTES = {0, 1, 2, 3, 4, 5, 7, 8, 9, *range(21, 30), 39, 49}
_SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


def replayed(folder: Path, term: str, **more: str) -> Terminal:
    """The console that replays a stored run on such a terminal, seen all around; afterwards."""
    shelve_recorded(folder, RUN, "steps")
    dropped = ("LOCUST_", "LFTUI_", "TEXTUAL_", "NO_COLOR", "COLORTERM", "SSH_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    given = {**kept, "PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", **more}
    words = [*LFTUI, "replay", RUN, "--speed", "60", "--runs-dir", str(folder / "runs")]
    with terminal(120, 40) as screen:
        screen.start(words, folder, given, term)
        screen.wait_text("REPLAY", "Aggregated", "01:07")
        screen.type(b"4")
        screen.wait_text("highest step")
        screen.type(b"\x10")
        screen.wait_text("Search for commands")
        screen.type(b"\x1b")
        wait_for(lambda: "Search for commands" not in screen.text, "the palette is closed")
        screen.type(b"q")
        assert screen.wait() == 0
        return screen


def numbers(raw: bytes) -> set[int]:
    """All numbers in what selects colors and attributes."""
    found = set()
    for match in _SGR.finditer(raw):
        found |= {int(one) for one in re.split(rb"[;:]", match[1]) if one}
    return found


def test_under_no_color_there_is_none(tmp_path: Path) -> None:
    screen = replayed(tmp_path, "xterm-256color", NO_COLOR="1")
    used = numbers(screen.raw)
    assert used <= _ATTRIBUTES, used
    assert {1, 7} <= used, "bold and reverse say what colors would"


def test_the_linux_console_gets_its_16_colors_and_ascii(tmp_path: Path) -> None:
    screen = replayed(tmp_path, "linux")
    assert screen.raw.isascii()
    used = numbers(screen.raw)
    assert used <= _ATTRIBUTES | _SIXTEEN, used
    assert used & _SIXTEEN


# --- settings ------------------------------------------------------------------------------------


def live(
    test: Callable[[SnapApp, Driver, FakeLink], Awaitable[None]], folder: Path, **opening: Any
) -> None:
    """A test on a run of thirty users."""

    async def run() -> None:
        fake = FakeLink("manual")
        app = SnapApp(folder, Opening(link=fake, **opening))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await pilot.pause()
            await fake.play_until(lambda state: state.users == 30)
            await settled(app, pilot)
            await test(app, pilot, fake)

    asyncio.run(run())


def test_a_key_of_the_settings_does_what_the_footer_says(tmp_path: Path) -> None:
    (tmp_path / "lftui.toml").write_text('[console.keys]\n"live.window" = "f12"\n')
    preferences, complaint = read_preferences(None, tmp_path)
    assert complaint == ""

    async def test(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        assert "F12 window" in "\n".join(shown(app))
        await pilot.press("w")
        await settled(app, pilot)
        assert app.snapshot.window == "recent"
        await pilot.press("f12")
        await settled(app, pilot)
        assert app.snapshot.window == "step"

    live(test, tmp_path, preferences=preferences)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[console]\nrefresh = "fast"\n', "console.refresh"),
        ("[console\n", "defaults are used"),
        ('[console]\ntheme = "neon"\n', "neon"),
    ],
)
def test_bad_settings_are_one_sentence_on_the_screen(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "lftui.toml").write_text(text)
    preferences, complaint = read_preferences(None, tmp_path)

    async def test(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        await until(pilot, lambda: bool(app.screen.query(Toast)))
        toast = app.screen.query_one(Toast)
        assert said in str(toast.render())
        assert app.screen.region.contains_region(toast.region)
        assert said.split()[0] in "".join(shown(app))
        assert app.theme == "lftui-dark"
        assert app.refresh_s == 1.0

    live(test, tmp_path, preferences=preferences, complaint=complaint)


def test_another_theme_is_drawn_at_once(tmp_path: Path) -> None:
    async def test(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        shelve_recorded(tmp_path, RUN, "steps")
        for screen in (None, ReportScreen(RUN)):
            if screen is not None:
                await app.push_screen(screen)
                await until(pilot, lambda: has("Endpoints")(app))
            await app.run_action("change_theme")
            await pilot.pause(0.05)
            app.screen.query_one(Input).value = "lftui-light" if screen is None else "lftui-dark"
            await until(pilot, lambda: "Search for" not in "".join(shown(app)))
            await pilot.pause(0.1)
            await pilot.press("enter")
            name = "lftui-light" if screen is None else "lftui-dark"
            await until(pilot, lambda name=name: app.theme == name)
            await settled(app, pilot)
            old = {"lftui-light": "lftui-dark", "lftui-dark": "lftui-light"}[name]
            unwanted = colors_of(old) - colors_of(name)
            for text, style, _ in segments(app):
                assert style is None or style.color not in unwanted, f"{name}: {text!r}"
            assert app.screen.query_one(Chart)

    live(test, tmp_path)


def colors_of(theme: str) -> set[Color | None]:
    """The colors of a theme's tones."""
    return {Style.parse(text).color for text in styles_of(theme).values()}
