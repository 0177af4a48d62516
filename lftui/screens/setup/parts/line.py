"""What the one-line widgets have in common: a focus that shows without color, arrows that pass."""

from __future__ import annotations

from rich.text import Text
from textual.actions import SkipAction
from textual.widget import Widget

from lftui.widgets.look import Look, look_of


class Line(Widget, can_focus=True):
    """A widget of one row or a few, drawn as text."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @property
    def look(self) -> Look:
        """How meaning looks here."""
        return look_of(self)

    def cursor_style(self) -> str:
        """The tone of what the keys act on."""
        return "cursor" if self.has_focus else ""

    def add(self, text: Text, words: str, tone: str = "") -> None:
        """Append words in a tone."""
        text.append(self.look.plain(words), self.look.style(tone))

    def pass_on(self) -> None:
        """Leave the key to the pane, which moves to the next field.

        Raises:
            SkipAction: always.
        """
        raise SkipAction

    def on_focus(self) -> None:
        """The cursor appears."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes."""
        self.refresh()
