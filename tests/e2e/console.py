"""A console in a terminal in memory: keys go in, and its screen and its run's journal come out."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.cells import cell_len

from lftui.supervisor.journal_file import has_journal
from tests.e2e.terminal import Terminal, terminal
from tests.runs.live import LFTUI, Kind, Lftui, Live, wait_for

KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "space": b" ",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "backspace": b"\x7f",
    "f2": b"\x1bOQ",
    "f5": b"\x1b[15~",
    "f7": b"\x1b[18~",
    "f9": b"\x1b[20~",
    "ctrl+a": b"\x01",
    "ctrl+p": b"\x10",
    "ctrl+u": b"\x15",
    "pagedown": b"\x1b[6~",
}
"""Names of keys, as Textual's; everything else is typed as it stands."""

_GAP = re.compile(r" {2,}")
_ESCAPE_S = 0.3


class Console:
    """What an operator at a terminal can do and see.

    Args:
        screen: the terminal.
        lftui: whose runs directory and working folder are used.
    """

    def __init__(self, screen: Terminal, lftui: Lftui) -> None:
        self.screen = screen
        self.lftui = lftui

    def open(self, *words: str, **env: str) -> None:
        """Start `lftui` with these words."""
        environment = self.lftui.environment({"LANG": "C.UTF-8", **env})
        for name in ("NO_COLOR", "COLORTERM", "SSH_CONNECTION", "SSH_TTY"):
            environment.pop(name, None)
        self.screen.start([*LFTUI, *words], self.lftui.folder, environment)

    @property
    def pid(self) -> int:
        """The process that the shell would know."""
        assert self.screen.process is not None
        return self.screen.process.pid

    # --- keys ------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys by their names, or type a text."""
        for key in keys:
            self.screen.type(KEYS.get(key) or key.encode())

    def leave(self, key: str, gone: str) -> None:
        """Press a key that closes what shows this text; back when it is closed.

        The bytes of escape and of a letter right behind it are those of alt and the letter; so it
        has to stay closed for longer than a terminal waits for the letter. A screen that is being
        drawn may lack the text for a moment.
        """
        self.screen.wait_text(gone)
        self.press(key)
        since: float | None = None

        def closed() -> bool:
            nonlocal since
            if gone in self.text:
                since = None
                return False
            since = since or time.monotonic()
            return time.monotonic() - since > _ESCAPE_S

        self._wait(closed, f"{gone} gone")

    # --- the screen ------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The screen as it is now."""
        return self.screen.text

    @property
    def lines(self) -> list[str]:
        """Its lines, without the blanks at their ends."""
        return self.text.splitlines()

    def wait_text(self, *texts: str) -> str:
        """Wait until the screen shows all of these; the screen then."""
        return self.screen.wait_text(*texts)

    def wait_gone(self, text: str) -> None:
        """Wait until the screen shows this no more."""
        self._wait(lambda: text not in self.text, f"a screen without {text!r}")

    def wait_line(self, *parts: str) -> str:
        """Wait until one line of the screen has all of these; the line then."""
        return self._wait(lambda: self.line(*parts), f"a line with {parts}")

    def line(self, *parts: str) -> str:
        """The first line that has all of these now; "" without one."""
        return next((line for line in self.lines if all(one in line for one in parts)), "")

    def wait_cell(self, row: str, column: str, wanted: Callable[[str], object]) -> str:
        """Wait until the cell of a table is so; the cell then.

        Args:
            row: words that the row has.
            column: the title at the head of the column.
        """
        return self._wait(
            lambda: (cell := self.cell(row, column)) and wanted(cell) and cell,
            f"the cell {column!r} of {row!r}",
        )

    def cell(self, row: str, column: str) -> str:
        """A table's cell as it is now; "" where it is not in sight."""
        lines = self.lines
        for number, line in enumerate(lines):
            if row in line:
                for head in reversed(lines[:number]):
                    if found := _under(line, head, column):
                        return found
        return ""

    def wait_tile(self, label: str, wanted: str) -> str:
        """Wait until the figure under this label in the second line reads so."""
        return self._wait(
            lambda: (tile := self.tile(label)) == wanted and tile, f"{label} {wanted}"
        )

    def tile(self, label: str) -> str:
        """The figure under this label as it is now."""
        lines = self.lines
        return _under(lines[2], lines[1], label) if len(lines) > 2 else ""

    def _wait(self, condition: Callable[[], Kind], what: str) -> Kind:
        try:
            return wait_for(condition, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows:\n{self.text}") from None

    # --- the run ---------------------------------------------------------------------------------

    def start(self, *shown: str) -> Live:
        """Start what Setup has chosen; back when load is on."""
        self.wait_text("[ Start  F5 ]")
        before = set(self.folders())
        self.press("f5")
        folder = self._wait(lambda: next(iter(set(self.folders()) - before), None), "a run")
        assert folder is not None
        live = self.run(folder)
        self.wait_text("Endpoints", *shown)
        return live

    def folders(self) -> list[Path]:
        """The folders of runs that have a journal, the newest last."""
        found = (path.parent for path in self.lftui.runs.glob("*/run.json"))
        return sorted(path for path in found if has_journal(path))

    def run(self, folder: Path | None = None) -> Live:
        """A run of this runs directory, the newest where none is named."""
        assert self.screen.process is not None
        nowhere = Path(os.devnull)
        return Live(self.screen.process, folder or self.folders()[-1], nowhere, nowhere)

    def left(self) -> int:
        """Wait for its end, with the terminal as it was; the exit status."""
        code = self.screen.wait()
        self.screen.assert_sane()
        return code


def _spans(line: str) -> list[tuple[str, int, int]]:
    """The words of a line that stand apart from each other, and in which cells of the terminal
    they begin and end."""
    found = []
    at = 0
    for gap in _GAP.finditer(line + "  "):
        text = line[at : gap.start()].strip()
        if text:
            begin = cell_len(line[: line.index(text, at)])
            found.append((text, begin, begin + cell_len(text)))
        at = gap.end()
    return found


def _under(line: str, head: str, title: str) -> str:
    """What stands in a line under a title of its head: flush with the title's end, where a sign
    may follow, or else with its beginning."""
    for name, begin, end in _spans(head):
        if name == title:
            for edge, at in ((2, end), (2, end - 1), (1, begin)):
                for span in _spans(line):
                    if span[edge] == at:
                        return span[0]
    return ""


@contextlib.contextmanager
def console(lftui: Lftui, *words: str, columns: int = 80, lines: int = 24) -> Iterator[Console]:
    """`lftui` with these words in a terminal of this size."""
    with terminal(columns, lines) as screen:
        one = Console(screen, lftui)
        one.open(*words)
        yield one
