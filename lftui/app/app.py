"""The console: one snapshot in, commands out. What a screen shows is the screen's business."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.reactive import reactive

from lftui.app.help import Helpful
from lftui.app.navigation import Navigation
from lftui.choices import Choice
from lftui.links.follower import Follower
from lftui.links.link import Link
from lftui.opening import Opening
from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.setup.screen import SetupScreen
from lftui.services.hub import Services
from lftui.snapshot import Snapshot
from lftui.widgets.ascii_only import AsciiOnly
from lftui.widgets.look import Look
from lftui.widgets.scrollbars import use_whole_cells
from lftui.widgets.themes import ANSI, DEFAULT, THEMES, ansi_theme, styles_of

_SOON_S = 0.005


class LftuiApp(Helpful, Navigation):
    """Makes a snapshot of the run for every redraw, and sends what operators want."""

    TITLE = "lftui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True, id="app.quit"),
        Binding("question_mark,f1", "help", "Help", show=False, id="app.help"),
    ]

    # Without `repaint=False` each snapshot would have the whole screen sent anew.
    snapshot: reactive[Snapshot] = reactive(
        Snapshot(), always_update=True, init=False, repaint=False
    )

    def __init__(self, opening: Opening, services: Services) -> None:
        super().__init__()
        self.opening = opening
        self.services = services
        self.follower = Follower(self._on_changed)
        self.refresh_s = opening.preferences.refresh
        self.follower.step_sizes = opening.preferences.step_sizes
        self._take_theme(opening)
        self._reading: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._beginning = False
        self._soon: Any = None
        self._drawn = 0.0
        self._hurry = False

    # --- how it looks --------------------------------------------------------------------------

    def _take_theme(self, opening: Opening) -> None:
        for theme in (*THEMES, ansi_theme(True), ansi_theme(False)):
            self.register_theme(theme)
        wanted = opening.preferences.theme
        if f"lftui-{wanted}" in self.available_themes:
            wanted = f"lftui-{wanted}"
        if wanted and wanted not in self.available_themes:
            known = ", ".join(theme.name for theme in THEMES)
            opening.complaint = opening.complaint or f"there is no theme {wanted}; ours are {known}"
        if opening.colors == "none":
            chosen = self.theme  # chosen before the application was made: later is too late
        elif opening.colors == "ansi":
            chosen = ANSI["light" not in wanted]
        else:
            chosen = wanted if wanted in self.available_themes else DEFAULT
        self.theme = chosen
        self.set_class(opening.ascii, "-ascii")
        self.look = Look(opening.ascii, styles_of(chosen, opening.colors != "none"))
        self._last_filters = [AsciiOnly()] if opening.ascii else []
        use_whole_cells()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is done to every row before it is drawn."""
        return [*super().get_line_filters(), *self._last_filters]

    def _watch_theme(self, theme_name: str) -> None:
        super()._watch_theme(theme_name)
        look = getattr(self, "look", None)
        if look is not None:
            colors = self.opening.colors != "none"
            self.look = msgspec.structs.replace(look, styles=styles_of(theme_name, colors))
            self._draw()

    # --- the first screen ----------------------------------------------------------------------

    async def on_mount(self) -> None:
        """Open what was asked for."""
        self.set_keymap(self.opening.preferences.keys)
        self.set_interval(self.refresh_s, self._on_interval)
        await self.open_first()
        if self.opening.complaint:
            self.say(self.opening.complaint, "warning")

    async def on_unmount(self) -> None:
        """Let go of everything; a run goes on."""
        if self._starting is not None:
            self._starting.cancel()
        await self._drop_link()  # the last words still name the run that goes on
        await self.services.close()

    async def open_first(self) -> None:
        """The lowest screen of the stack."""
        if self.opening.link is not None:
            await self.follow(self.opening.link)
            return
        await self.push_screen(SetupScreen(self.opening.choice, self.opening.demo_url))
        # After the first paint: a process that starts takes the time of the one that draws.
        self.call_after_refresh(self.services.open_launcher)

    # --- records in: one snapshot a redraw -----------------------------------------------------

    def _on_changed(self, urgent: bool) -> None:
        if not self.is_running:
            return
        if self._soon is not None:
            if not urgent or self._hurry:
                return
            self._soon.stop()  # what came before could wait, this cannot
        self._hurry = urgent
        rest = 0.0 if urgent else self._drawn + 0.9 * self.refresh_s - time.monotonic()
        self._soon = self.set_timer(max(_SOON_S, rest), self._draw_soon)

    def _draw_soon(self) -> None:
        hurried, drawn = self._hurry, self._drawn
        self._soon, self._hurry = None, False
        self._draw()
        if hurried:
            self._drawn = drawn  # the next second's figures come when they would have come

    def _on_interval(self) -> None:
        """Ages go on where no record comes: a silent target, a lost supervisor."""
        if time.monotonic() - self._drawn > 1.4 * self.refresh_s:
            self._draw()

    def _draw(self) -> None:
        if self.terminal_busy:
            return  # what is drawn into a slow link only delays the next key's answer
        self._drawn = time.monotonic()
        if self.follower.link is not None:
            self.snapshot = self.follower.snapshot()
            if self.follower.state.finished is not None:
                self.run_goes_on("")

    # --- keys out ------------------------------------------------------------------------------

    @on(messages.Send)
    def _on_send(self, message: messages.Send) -> None:
        self.follower.send(message.command)

    @on(messages.ChooseWindow)
    def _on_window(self, message: messages.ChooseWindow) -> None:
        self.follower.window = message.window
        self._draw()

    @on(messages.ChooseStepSize)
    def _on_step_size(self, message: messages.ChooseStepSize) -> None:
        self.follower.step_size = message.size
        self._draw()

    @on(messages.Freeze)
    def _on_freeze(self) -> None:
        self.follower.freeze()

    @on(messages.Judge)
    def _on_judge(self) -> None:
        if self.follower.link is not None:
            self.services.judging(self.follower.judged).request(self.follower.state)

    @on(messages.ReplayControl)
    def _on_replay_control(self, message: messages.ReplayControl) -> None:
        link = self.follower.link
        if link is not None and message.action in ("pause", "speed", "seek", "skip"):
            getattr(link, message.action)(message.value)
            self._on_changed(True)

    # --- runs begin and end --------------------------------------------------------------------

    @on(messages.Warm)
    def _on_warm(self, message: messages.Warm) -> None:
        # It comes by itself, also after an early start, whose place it must not take.
        if not self._beginning:
            self._launch(self._warm(message.choice))

    @on(messages.StartRun)
    def _on_start(self, message: messages.StartRun) -> None:
        self._beginning = True
        self._launch(self._start(message.choice))

    def _launch(self, work: Coroutine[Any, Any, None]) -> None:
        if self._starting is not None:
            self._starting.cancel()  # the operator has chosen something else meanwhile
        self._starting = asyncio.create_task(work)

    async def _warm(self, choice: Choice) -> None:
        with contextlib.suppress(PlanError):  # said where it matters: at the start, beside Start
            await self.services.launcher.warm(self._argv(choice), self.opening.demo_url or None)

    def _argv(self, choice: Choice) -> list[str]:
        """The command line, for the locustfile as it was described."""
        setup = self.services.setup
        loaded = setup.described(choice.locustfile, choice.rest) or setup.described(
            choice.locustfile
        )
        return setup.argv(choice, None if isinstance(loaded, str) else loaded)

    async def _start(self, choice: Choice) -> None:
        setup = self.screen_of(SetupScreen)
        if setup is not None:
            setup.starting("the generator starts…")
        try:
            started = await self.services.launcher.start(
                self._argv(choice), self.opening.demo_url or None
            )
            await self.services.setup.remember(choice)
            await self.follow(self.services.live(started.folder))
            for warning in started.warnings:
                self.say(warning, "warning")
        except PlanError as error:
            if setup is not None:
                setup.refused(str(error))
        finally:
            self._beginning = False

    async def follow(self, link: Link) -> None:
        """Show this run from now on.

        Raises:
            PlanError: it cannot be reached.
        """
        await link.open()
        await self.let_go()
        self.follower.follow(link)
        facts = link.facts
        self.run_goes_on(facts.run_id if facts.kind == "live" else "")
        self._reading = asyncio.create_task(self.follower.read(link))
        from lftui.screens.live.screen import LiveScreen

        await self.push_screen(LiveScreen())

    async def let_go(self) -> None:
        """Follow no run any more; it goes on."""
        self.run_goes_on("")
        await self._drop_link()

    async def _drop_link(self) -> None:
        link = self.follower.link
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if link is not None:
            self.follower.follow(None)
            await link.close()
