"""The keys of the screen that one comes from."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from lftui.widgets.lines import Lines, Text

_COLUMNS = 72
_SIGNS = "● good   ▲ warning   ■ critical   ○ cannot be told: too little was measured"


class Entry(msgspec.Struct, frozen=True):
    """One thing that can be done: its keys, a word for it, and a sentence."""

    keys: str
    title: str
    help: str = ""


class HelpScreen(ModalScreen[None]):
    """A list to read; any of its keys closes it.

    Args:
        about: what the screen shows, in some lines.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "back", id="help.close"),
    ]

    def __init__(self, about: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._about = about
        self._entries = entries

    def compose(self) -> ComposeResult:
        """The keys, and what the signs mean."""
        with (
            Vertical(classes="dialog", id="help"),
            VerticalScroll(id="help-lines", can_focus=True),
        ):
            yield Lines(*help_lines(self._about, self._entries))

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one("#help-lines").focus()

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def help_lines(about: str, entries: Sequence[Entry]) -> list[Text]:
    """The lines of the help."""
    width = min(16, max([cell_len(one.keys) for one in entries] + [3]))
    lines: list[Text] = [(line, "") for line in _paragraphs(about)]
    lines += ["", ("Keys", "header")] if lines else [("Keys", "header")]
    for one in entries:
        words = f"{one.title}: {one.help}" if one.help else one.title
        first, *more = wrap(words, _COLUMNS - width - 2) or [""]
        lines.append([(f"{one.keys:<{width}}  ", "accent"), (first, "")])
        lines += [(" " * (width + 2) + line, "") for line in more]
    palette = "every action by its name, also those without a key"
    lines.append([(f"{'^p':<{width}}  ", "accent"), (palette, "")])
    return [*lines, "", (_SIGNS, "dim"), ("esc goes back", "dim")]


def _paragraphs(text: str) -> list[str]:
    """Prose without its marks, broken to the width of the help."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        words = paragraph.replace("`", "")
        if not words.startswith("#"):
            lines += [*wrap(" ".join(words.split()), _COLUMNS), ""]
    return lines[:-1]
