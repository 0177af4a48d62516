"""Tags: only these, without those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from lftui.screens.setup.parts.line import Line

State = Literal["", "+", "-"]
_NEXT: dict[State, State] = {"": "+", "+": "-", "-": ""}
_TONES: dict[State, str] = {"": "", "+": "good", "-": "warning"}


class Tags(Line):
    """` auth  +jobs  -slow`: space changes the one under the cursor: any, only, without."""

    DEFAULT_CSS = """
    Tags { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("enter,space", "turn", show=False),
    ]

    class Changed(Message):
        """The operator turned one."""

        def __init__(self, tags: Tags) -> None:
            super().__init__()
            self.tags = tags

        @property
        def control(self) -> Tags:
            """The sender."""
            return self.tags

    def __init__(self, names: Sequence[str], only: Sequence[str], without: Sequence[str]) -> None:
        super().__init__()
        self.states: dict[str, State] = dict.fromkeys(names, "")
        self.states |= dict.fromkeys(only, "+")
        self.states |= dict.fromkeys(without, "-")
        self._at = 0

    def chosen(self, state: State) -> list[str]:
        """The tags in a state."""
        return [name for name, own in self.states.items() if own == state]

    def _places(self, width: int) -> list[tuple[int, int]]:
        """Column and row of each tag."""
        places, x, y = [], 0, 0
        for name in self.states:
            size = cell_len(name) + 2
            if x and x + size > width:
                x, y = 0, y + 1
            places.append((x, y))
            x += size + 1
        return places

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as they take."""
        return self._places(width)[-1][1] + 1 if self.states else 1

    def render(self) -> Text:
        """The tags, wrapped."""
        text = Text(end="", no_wrap=True)
        row = 0
        places = self._places(self.content_size.width)
        for number, ((name, state), (x, y)) in enumerate(
            zip(self.states.items(), places, strict=True)
        ):
            if y != row:
                text.append("\n")
                row = y
            elif x:
                text.append(" ")
            here = number == self._at and self.has_focus
            self.add(text, f"{state or ' '}{name} ", "cursor" if here else _TONES[state])
        return text

    def action_step(self, by: int) -> None:
        """The tag beside it."""
        if not 0 <= self._at + by < len(self.states):
            self.pass_on()
        self._at += by
        self.refresh()

    def action_turn(self) -> None:
        """Any, only, without."""
        name = list(self.states)[self._at]
        self.states[name] = _NEXT[self.states[name]]
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Turns what the mouse points at."""
        for number, (x, y) in enumerate(self._places(self.content_size.width)):
            if y == event.y and x <= event.x < x + cell_len(list(self.states)[number]) + 2:
                self._at = number
                self.action_turn()
                return
