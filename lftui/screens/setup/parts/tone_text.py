"""A block of text in tones, drawn again only when it changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from lftui.widgets.look import Look, look_of

Words = Sequence[tuple[str, str]]
"""One line: texts with their tones."""


def toned(lines: Sequence[Words], look: Look) -> Text:
    """The lines as rich text; what stands in them is never markup."""
    text = Text(end="")
    for number, line in enumerate(lines):
        if number:
            text.append("\n")
        for words, tone in line:
            text.append(look.plain(words), look.style(tone))
    return text


class ToneText(Static):
    """Lines of (text, tone)."""

    DEFAULT_CSS = """
    ToneText { height: auto; width: 1fr; }
    ToneText.-empty { display: none; }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._lines: list[list[tuple[str, str]]] = []
        self.add_class("-empty")

    def show(self, lines: Sequence[Words]) -> None:
        """Draw these lines; without any, the widget takes no room."""
        new = [list(line) for line in lines if line]
        if new == self._lines:
            return
        self._lines = new
        self.set_class(not new, "-empty")
        if self.is_attached:
            self._draw()

    def on_mount(self) -> None:
        """Draw what was said before."""
        if self._lines:
            self._draw()

    def _draw(self) -> None:
        self.update(toned(self._lines, look_of(self)))

    @property
    def text(self) -> str:
        """What is said, without its tones."""
        return "\n".join("".join(words for words, _ in line) for line in self._lines)
