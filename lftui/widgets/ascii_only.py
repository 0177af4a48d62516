"""Where only ASCII can be shown, whatever else is drawn is translated at the end."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_GROUPS = {
    "-": "─━╌┄┈╴╶╸╺—–‐‑−▔",
    "_": "▁",
    "|": "│┃┆┊╎╏╵╷▏▎▍▌▐▕",
    "+": "┌┐└┘├┤┬┴┼╭╮╯╰╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╞╡",
    "=": "═",
    "#": "█▇▆▅▄▊▋▉■",
    ".": "·▂▃",
    "*": "●•",
    "!": "▲",
    "?": "○",
    "~": "…",
    ">": "→▸▶›",
    "<": "←◂◀‹",
    "^": "↑▴⇧",
    "v": "↓▾▼",
    "x": "×✕✓",
    "u": "µ",
    "'": "‘’",
    '"': "“”",
    " ": "\u00a0",
}
_KNOWN = {letter: plain for plain, letters in _GROUPS.items() for letter in letters}


class AsciiOnly(LineFilter):
    """Draws nothing but ASCII, each row as wide as it was.

    Our own widgets choose their signs themselves; this is for the toolkit's borders, bars and
    dialogs, and for names and texts of the target.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, in ASCII."""
        return [
            one if one.control or one.text.isascii() else Segment(in_ascii(one.text), one.style)
            for one in segments
        ]


@lru_cache(2048)
def in_ascii(text: str) -> str:
    """The text in as many cells; `?` for what has no likeness."""
    letters = [one if one.isascii() else _one(one) for one in text]
    return set_cell_size("".join(letters), cell_len(text))


def _one(letter: str) -> str:
    return _KNOWN.get(letter) or "?" * get_character_cell_size(letter)
