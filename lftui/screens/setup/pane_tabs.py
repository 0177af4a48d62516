"""The panes' names, where there is room for one pane only."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Static

from lftui.screens.setup.parts.tone_text import toned
from lftui.widgets.look import look_of

_NAMES = (("scenario", "1 Scenario"), ("target", "2 Target"), ("shape", "3 Load shape"))
_GAP = 3


class PaneTabs(Static):
    """`[1 Scenario]  2 Target   3 Load shape`."""

    DEFAULT_CSS = """
    PaneTabs { height: 1; display: none; }
    """

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__("", id="pane-tabs", markup=False)
        self._shown: tuple[str, bool] | None = None
        self._ends: list[tuple[str, int]] = []

    def show(self, chosen: str, production: bool) -> None:
        """Which one is in sight, and whether the target is production."""
        if self._shown == (chosen, production):
            return
        self._shown = (chosen, production)
        words: list[tuple[str, str]] = []
        at = 0
        self._ends = []
        for name, title in _NAMES:
            here = f"[{title}]" if name == chosen else f" {title} "
            words.append((here, "strong" if name == chosen else "dim"))
            if production and name == "target":
                words.append((" ■ PRODUCTION", "critical"))
            words.append((" " * _GAP, ""))
            at = sum(len(text) for text, _ in words)
            self._ends.append((name, at))
        words.append(("F9 next", "dim"))
        self.update(toned([words], look_of(self)))

    def on_click(self, event: events.Click) -> None:
        """The mouse chooses what it points at."""
        for name, end in self._ends:
            if event.x < end:
                self.post_message(self.Chosen(name))
                return
