"""One of a few words, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from lftui.screens.setup.parts.line import Line


class Pick(Line):
    """`< value > 2/5`: left, right, space and a click change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,enter,space", "step(1)", show=False),
    ]

    class Changed(Message):
        """The operator picked another one."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

        @property
        def control(self) -> Pick:
            """The sender."""
            return self.pick

    def __init__(
        self, options: Sequence[str], value: str, name: str = "", default: str = ""
    ) -> None:
        super().__init__(name=name or None)
        self.options = list(options)
        self._default = f"{default} (default)" if default else "(default)"
        self.value = value if value in self.options else self.options[0]

    def render(self) -> Text:
        """One line."""
        text = Text(end="", no_wrap=True, overflow="ellipsis")
        self.add(text, f"< {self.value or self._default} >", self.cursor_style())
        self.add(text, f" {self.options.index(self.value) + 1}/{len(self.options)}", "dim")
        return text

    def action_step(self, by: int) -> None:
        """The one beside it, round and round."""
        self.value = self.options[(self.options.index(self.value) + by) % len(self.options)]
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """The next one."""
        self.action_step(1)
