"""A grid of characters with tones, and rows of it as runs of text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

Run = tuple[str, str]
"""A text and its tone."""
Row = tuple[Run, ...]


class Sheet:
    """Cells of one character each."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.chars = [[" "] * width for _ in range(height)]
        self.tones = [[""] * width for _ in range(height)]

    def put(self, x: int, y: int, char: str, tone: str) -> None:
        """Set a cell; outside nothing happens."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.chars[y][x], self.tones[y][x] = char, tone

    def under(self, x: int, y: int, char: str, tone: str) -> None:
        """Set a cell that is blank."""
        if 0 <= x < self.width and 0 <= y < self.height and self.chars[y][x] == " ":
            self.chars[y][x], self.tones[y][x] = char, tone

    def text(self, x: int, y: int, text: str, tone: str) -> None:
        """Write from a cell on; what does not fit is cut."""
        for index, char in enumerate(text):
            self.put(x + index, y, char, tone)

    def free(self, x: int, y: int, length: int, allowed: str = " ") -> bool:
        """Whether so many cells lie inside and hold nothing but blanks (or what is allowed)."""
        if x < 0 or x + length > self.width or not 0 <= y < self.height:
            return False
        return all(char in allowed for char in self.chars[y][x : x + length])

    def runs(self, y: int) -> list[Run]:
        """A row, cells of one tone together."""
        chars, tones = self.chars[y], self.tones[y]
        found: list[Run] = []
        begin = 0
        for x in range(1, self.width + 1):
            if x == self.width or tones[x] != tones[begin]:
                found.append(("".join(chars[begin:x]), tones[begin]))
                begin = x
        return found if self.width else []


def row_of(runs: Sequence[Run], width: int) -> Row:
    """The runs as a row of exactly this width: cut or filled, neighbors of one tone joined."""
    row: list[Run] = []
    room = width
    for text, tone in runs:
        wide = len(text) if text.isascii() else cell_len(text)
        if wide > room:
            text, wide = set_cell_size(text, room), room
        if not text:
            continue
        room -= wide
        if row and row[-1][1] == tone:
            row[-1] = (row[-1][0] + text, tone)
        else:
            row.append((text, tone))
    if room > 0:
        row.append((" " * room, ""))
    return tuple(row)


def single(text: str, ascii: bool) -> str:
    """The text with one character a cell: what is wider, or cannot be shown, becomes `?`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() and (char.isascii() or not ascii) and cell_len(char) == 1
        else "?"
        for char in text
    )


def shown(text: str, ascii: bool) -> str:
    """The text on one line, in ASCII where only that can be shown."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() and (char.isascii() or not ascii) else "?" for char in text
    )


def changed_span(old: Row, new: Row) -> tuple[int, int]:
    """The first changed column and the one behind the last, of two rows of one width."""
    before, after = _cells(old), _cells(new)
    if len(before) != len(after):  # a wide character is in one of them: columns are not known
        return 0, sum(cell_len(text) for text, _ in new)
    differ = [x for x, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    return (differ[0], differ[-1] + 1) if differ else (0, len(after))


def _cells(row: Row) -> list[tuple[str, str]]:
    return [(char, tone) for text, tone in row for char in text]
