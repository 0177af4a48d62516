"""One of several: a list, or a grid where there is room for several columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from lftui.screens.setup.parts.line import Line

_DOT = 4


class Item(msgspec.Struct, frozen=True):
    """A possibility.

    Attributes:
        note: dim, behind the text.
        sign: one word before the note, in `tone`.
    """

    key: str
    text: str
    note: str = ""
    sign: str = ""
    tone: str = ""


class Place(NamedTuple):
    """Where a possibility stands; cells."""

    row: int
    x: int
    width: int


def shortened(text: str, width: int) -> str:
    """The end of a text that is too long: paths differ there."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return f"~{text}"


class Radios(Line):
    """Choosing is moving: what the cursor stands on is chosen."""

    DEFAULT_CSS = """
    Radios { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1, 0)", show=False),
        Binding("down", "step(1, 0)", show=False),
        Binding("left", "step(0, -1)", show=False),
        Binding("right", "step(0, 1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter,space", "again", show=False),
    ]

    class Chosen(Message):
        """Another one is chosen, or the same one on purpose."""

        def __init__(self, radios: Radios, key: str, again: bool = False) -> None:
            super().__init__()
            self.radios = radios
            self.key = key
            self.again = again

        @property
        def control(self) -> Radios:
            """The sender."""
            return self.radios

    def __init__(self, column: int = 0, most: int = 8, empty: str = "", id: str = "") -> None:
        """`column`: cells of a column of the grid, 0 for a list; `most`: rows shown at once."""
        super().__init__(id=id or None)
        self.items: list[Item] = []
        self.chosen = ""
        self._column, self._most, self._empty = column, most, empty
        self._top = 0

    def show(self, items: Sequence[Item], chosen: str, empty: str | None = None) -> None:
        """Offer these; tells nobody."""
        if empty is not None:
            self._empty = empty
        same = len(items) == len(self.items)
        self.items, self.chosen = list(items), chosen
        self.refresh(layout=not same)

    @property
    def index(self) -> int | None:
        """Where the chosen one stands."""
        keys = [item.key for item in self.items]
        return keys.index(self.chosen) if self.chosen in keys else None

    def _places(self, width: int) -> list[Place]:
        """In a grid, a long text takes several columns rather than being cut."""
        across = max(1, width // self._column) if self._column else 1
        cell = max(1, width // across)
        places: list[Place] = []
        row = column = 0
        for item in self.items:
            spans = min(across, -(-(cell_len(item.text) + _DOT + 1) // cell)) if across > 1 else 1
            if column + spans > across:
                row, column = row + 1, 0
            places.append(Place(row, column * cell, spans * cell))
            column += spans
        return places

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All rows, or as many as are shown at once."""
        places = self._places(width)
        return min(self._most, places[-1].row + 1) if places else 1

    def render(self) -> Text:
        """The rows in sight."""
        width, height = self.content_size
        text = Text(end="", no_wrap=True)
        if not self.items:
            self.add(text, self._empty, "dim")
            return text
        places = self._places(width)
        row = places[self.index or 0].row
        last = places[-1].row
        self._top = max(min(self._top, row, last - height + 1), row - height + 1, 0)
        at = self._top
        for item, place in zip(self.items, places, strict=True):
            if not self._top <= place.row < self._top + height:
                continue
            if place.row != at:
                text.append("\n")
                at = place.row
            text.append_text(self._cell(item, place.width))
        return text

    def _cell(self, item: Item, width: int) -> Text:
        chosen = item.key == self.chosen
        dot = ("(*) " if self.look.ascii else "(•) ") if chosen else "( ) "
        sign = self.look.plain(f" {item.sign}") if item.sign else ""
        name = shortened(self.look.plain(item.text), width - _DOT - cell_len(sign))
        cell = Text(end="", no_wrap=True)
        self.add(cell, dot + name, self.cursor_style() if chosen else "")
        self.add(cell, sign, item.tone)
        rest = width - cell_len(cell.plain) - 2
        if item.note and rest > 4:
            note = self.look.plain(item.note)
            if cell_len(note) > rest:
                note = set_cell_size(note, rest - 1) + self.look.plain("…")
            self.add(cell, f"  {note}", "dim")
        cell.truncate(width, overflow="crop", pad=True)
        return cell

    def action_step(self, rows: int, columns: int) -> None:
        """The next one in a direction; at the edge the pane goes on to the next field."""
        places = self._places(self.content_size.width)
        at = self.index
        if not places or (columns and not self._column):
            self.pass_on()
        new = 0 if at is None else at + columns
        if rows and at is not None:
            here = places[at]
            there = [i for i, place in enumerate(places) if place.row == here.row + rows]
            if not there:
                self.pass_on()
            new = max((i for i in there if places[i].x <= here.x), default=there[0])
        if not 0 <= new < len(places):
            self.pass_on()
        self.choose(self.items[new].key)

    def action_edge(self, index: int) -> None:
        """The first or the last one."""
        if self.items:
            self.choose(self.items[index].key)

    def action_again(self) -> None:
        """The chosen one, on purpose."""
        if self.chosen:
            self.post_message(self.Chosen(self, self.chosen, again=True))

    def choose(self, key: str) -> None:
        """Choose one, and say so."""
        self.chosen = key
        self.refresh()
        self.post_message(self.Chosen(self, key))

    def on_click(self, event: events.Click) -> None:
        """The mouse chooses what it points at."""
        for item, place in zip(self.items, self._places(self.content_size.width), strict=True):
            within = place.x <= event.x < place.x + place.width
            if within and place.row == self._top + event.y:
                self.choose(item.key)
                return
