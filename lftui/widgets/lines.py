"""Lines of text in tones: what is drawn once stays, and only changed lines are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from lftui.widgets.look import look_of

Part = tuple[str, str]
"""A text and its tone."""
Text = str | Part | Sequence[Part]
"""A line: plain, of one tone, or of several."""


class Lines(Widget):
    """As high as its lines. Text is never markup; what is too long is cut at the right edge."""

    DEFAULT_CSS = "Lines { height: auto; width: 1fr; }"

    def __init__(self, *lines: Text, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[list[Part]] = [_parts(line) for line in lines]

    def show(self, lines: Sequence[Text]) -> None:
        """Draw these."""
        new = [_parts(line) for line in lines]
        old, self._lines = self._lines, new
        if len(new) != len(old):
            self.refresh(layout=True)
            # Textual 8 keeps heights by this number, and raises it only where no layout is asked
            # for already: asked for twice, with another widget's layout in between, it would keep
            # the height of the first time for good.
            self._layout_updates += 1
            return
        for number, (before, now) in enumerate(zip(old, new, strict=True)):
            if before != now:
                self.refresh(Region(0, number, self.size.width, 1))

    @property
    def text(self) -> str:
        """All of it as it is shown, without tones."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row a line."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """One row."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        look, base = look_of(self), self.rich_style
        segments, used = [], 0
        for text, tone in self._lines[y]:
            shown = look.plain(text)
            cells = cell_len(shown)
            if used + cells > width:
                shown, cells = set_cell_size(shown, width - used), width - used
            segments.append(Segment(shown, base + look.style(tone)))
            used += cells
            if used >= width:
                break
        return Strip(segments, used).extend_cell_length(width, base)


def _parts(line: Text) -> list[Part]:
    if isinstance(line, str):
        return [(line, "")]
    if isinstance(line, tuple) and len(line) == 2 and isinstance(line[0], str):
        return [(line[0], str(line[1]))]
    return [(str(text), str(tone)) for text, tone in line]
