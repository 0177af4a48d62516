"""On or off."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from lftui.screens.setup.parts.line import Line


class Tick(Line):
    """`[x] label`: space, enter or a click changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "turn", show=False)]

    class Changed(Message):
        """It was ticked or unticked by the operator."""

        def __init__(self, tick: Tick) -> None:
            super().__init__()
            self.tick = tick

        @property
        def control(self) -> Tick:
            """The sender."""
            return self.tick

    def __init__(self, label: str, value: bool, name: str = "", classes: str = "") -> None:
        super().__init__(name=name or None, classes=classes)
        self.label = label
        self.value = value

    def render(self) -> Text:
        """One line."""
        text = Text(end="", no_wrap=True, overflow="ellipsis")
        self.add(text, f"[{'x' if self.value else ' '}] {self.label}", self.cursor_style())
        return text

    def action_turn(self) -> None:
        """The other way round."""
        self.value = not self.value
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """As a key does."""
        self.action_turn()
