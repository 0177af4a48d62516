"""Lines of the Live screen: parts of them stand for actions, and some shout."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from lftui.screens.live.parts import Row, width_of
from lftui.widgets.lines import Lines
from lftui.widgets.look import look_of

_REVERSE = Style(reverse=True, bold=True)


class Bar(Lines):
    """Lines whose parts can be clicked, and be in reverse (a tone that begins with `!`)."""

    DEFAULT_CSS = "Bar { height: auto; width: 1fr; }"

    class Chosen(Message):
        """A click on a part that stands for something."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hits: Sequence[Sequence[str]] = ()

    def show_rows(self, rows: Sequence[Row], hits: Sequence[Sequence[str]] = ()) -> None:
        """Draw these.

        Args:
            hits: for each part of each row what a click on it stands for, or "".
        """
        self._hits = hits
        self.show(rows)

    def render_line(self, y: int) -> Strip:
        """One row."""
        base, width = self.rich_style, self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, base)
        look = look_of(self)
        segments = [
            Segment(
                look.plain(text),
                base
                + look.style(tone.removeprefix("!"))
                + (_REVERSE if tone[:1] == "!" else _SAME),
            )
            for text, tone in self._lines[y]
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Tell what the part under the mouse stands for."""
        if event.y >= min(len(self._hits), len(self._lines)):
            return
        end = 0
        for part, name in zip(self._lines[event.y], self._hits[event.y], strict=False):
            end += width_of([part])
            if event.x < end:
                if name:
                    self.post_message(self.Chosen(name))
                return


_SAME = Style.null()
