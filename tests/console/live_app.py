"""A small application around the Live screen: it holds a snapshot and keeps what screens ask."""

from __future__ import annotations

from typing import Any, TypeVar

from textual import on
from textual.app import App
from textual.message import Message
from textual.reactive import var

from lftui.records import Command
from lftui.screens import messages
from lftui.screens.live.screen import LiveScreen
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.themes import THEMES, styles_of
from tests.unit.live_runs import snapshot_of
from tests.unit.strategies import Play

_Asked = TypeVar("_Asked", bound=Message)


class LiveApp(App[None]):
    """Nothing happens in it: what is asked is kept in `asked`, for the test to look at."""

    CSS_PATH = "../../lftui/app/app.tcss"
    snapshot: var[Snapshot] = var(Snapshot(), always_update=True, init=False)

    def __init__(self, snapshot: Snapshot, ascii: bool = False) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "lftui-dark"
        self.look = Look(ascii, styles_of("lftui-dark"))
        self.set_class(ascii, "-ascii")
        self.set_reactive(LiveApp.snapshot, snapshot)
        self.asked: list[Message] = []

    async def on_mount(self) -> None:
        await self.push_screen(LiveScreen())

    @property
    def live(self) -> LiveScreen:
        """The screen under test, whatever is on top of it."""
        return next(one for one in self.screen_stack if isinstance(one, LiveScreen))

    @on(messages.Send)
    @on(messages.ChooseWindow)
    @on(messages.ChooseStepSize)
    @on(messages.Freeze)
    @on(messages.Detach)
    @on(messages.GoBack)
    @on(messages.Open)
    @on(messages.ReplayControl)
    def _on_asked(self, message: Message) -> None:
        self.asked.append(message)

    @property
    def sent(self) -> list[Command]:
        """The commands so far."""
        return [one.command for one in self.asked if isinstance(one, messages.Send)]

    def last(self, kind: type[_Asked]) -> _Asked:
        """The latest message, which is of this kind."""
        assert self.asked, "nothing was asked"
        found = self.asked[-1]
        assert isinstance(found, kind), found
        return found

    def text(self) -> str:
        """All lines of the screen in sight."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The screen in sight, line by line."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def bar(self, name: str) -> str:
        """What a line of the Live screen says."""
        return self.live._bar(name).text

    def take(self, play: Play, **facts: Any) -> None:
        """A record came, and with it a new snapshot."""
        number = self.snapshot.number + 1
        self.snapshot = snapshot_of(play, **{"link": self.snapshot.link, **facts}, number=number)
