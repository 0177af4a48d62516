"""Start, and what was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from lftui.screens.setup.parts.line import Line
from lftui.screens.setup.parts.tone_text import ToneText
from lftui.widgets.look import look_of


class StartButton(Line):
    """`[ Start  F5 ]`."""

    DEFAULT_CSS = """
    StartButton { width: 15; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]

    def render(self) -> Text:
        """One line."""
        text = Text(end="")
        self.add(text, "[ Start  F5 ]", self.cursor_style() or "accent")
        return text

    def action_press(self) -> None:
        """As F5."""
        self.post_message(GoLine.Pressed())

    def on_click(self) -> None:
        """As a key does."""
        self.action_press()


class GoLine(Horizontal):
    """The button, and one sentence: starting, refused, or what would be refused."""

    DEFAULT_CSS = """
    GoLine { height: auto; min-height: 1; }
    """

    class Pressed(Message):
        """Start is wanted."""

    def __init__(self) -> None:
        super().__init__(id="go")
        self._said = False

    def compose(self) -> ComposeResult:
        """Side by side."""
        yield StartButton()
        yield ToneText("answer")

    def focus_button(self) -> None:
        """The keys go to Start."""
        self.query_one(StartButton).focus()

    def show(self, problems: Sequence[str]) -> None:
        """What would be refused, unless there is an answer to a start to read."""
        if not self._said:
            self._say(problems[0] if problems else "", "warning")

    def starting(self, text: str) -> None:
        """Where the start stands."""
        self._said = True
        self.query_one("#answer", ToneText).show([[(text, "accent")]])

    def refused(self, sentence: str) -> None:
        """Why there was no start."""
        self._said = True
        self._say(sentence, "critical")

    def forget(self) -> None:
        """Something was changed: the answer was about something else."""
        self._said = False

    def _say(self, sentence: str, level: str) -> None:
        line = [(f"{look_of(self).sign(level)} {sentence}", level)] if sentence else []
        self.query_one("#answer", ToneText).show([line])
