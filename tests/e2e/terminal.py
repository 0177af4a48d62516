"""A terminal in memory: a pseudo-terminal whose output pyte turns into a screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyte

from tests.runs.live import WAIT_S, wait_for

# What pyte takes for text: the keyboard protocol of kitty, and questions about modes.
_UNKNOWN = re.compile(rb"\x1b\[(?:[<>=?][0-9;]*u|\?[0-9;]*\$p)")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;]*\$?)?$")
_SWITCH = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KEYBOARD = re.compile(rb"\x1b\[([<>])[0-9;]*u")
# What a program may switch on and has to switch off: the alternate screen, the mouse in its
# dialects, focus, paste, sizes in band, unfinished frames.
LENT_MODES = (1049, 1000, 1002, 1003, 1015, 1006, 1016, 1004, 2004, 2048, 2026)


class Terminal:
    """A process on a terminal of its own, as its session's leader, like a shell's command.

    Args:
        columns, lines: the size.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.raw = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._modes = termios.tcgetattr(self._slave)
        self._lock = threading.Lock()
        self._tail = b""
        self._open = threading.Event()
        self._open.set()
        self._reads = threading.Event()
        self._reads.set()
        self._reader: threading.Thread | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        term: str = "xterm-256color",
    ) -> None:
        """Start the command on this terminal."""
        size = ("COLUMNS", "LINES")  # of the terminal that the tests are run in
        given = {name: value for name, value in environment.items() if name not in size}
        self.process = subprocess.Popen(
            words,
            cwd=folder,
            env={**given, "TERM": term},
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """The screen as it is now."""
        with self._lock:
            # Not pyte's `display`: it fails over the right half of a wide character whose left half
            # has just been drawn over. Each half is a cell, the right one without a text.
            screen = self._screen
            rows = (
                [screen.buffer[y][x].data for x in range(screen.columns)]
                for y in range(screen.lines)
            )
            return "\n".join("".join(row).rstrip() for row in rows)

    @property
    def title(self) -> str:
        """What something has set the window's title to."""
        with self._lock:
            return str(self._screen.title)

    def wait_text(self, *texts: str) -> str:
        """Wait until the screen shows all of these; the screen then."""

        def shown() -> str:
            text = self.text
            return text if all(one in text for one in texts) else ""

        try:
            return wait_for(shown, f"{texts} on the screen")
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows:\n{self.text}") from None

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def wait(self, timeout_s: float = WAIT_S) -> int:
        """Wait for the end of the command and all that it wrote; its exit code."""
        assert self.process is not None
        assert self._reader is not None
        code = self.process.wait(timeout_s)
        os.close(self._slave)
        self._slave = -1
        self._reader.join(timeout_s)
        return code

    def assert_sane(self) -> None:
        """The terminal is as it was: echo, line mode, its cursor, its screen, its reports."""
        on = self.modes_on
        assert 25 not in self.modes_off, "the cursor is hidden"
        assert 7 not in self.modes_off, "lines are cut off instead of wrapped"
        assert not on & set(LENT_MODES), f"modes are on: {on}"
        assert self.keyboards == 0, "the keyboard speaks kitty's protocol"
        assert termios.tcgetattr(self._master) == self._modes, "the terminal's modes are changed"

    @property
    def modes_on(self) -> set[int]:
        """The private modes that were switched on last."""
        return self._switched(b"h")

    @property
    def modes_off(self) -> set[int]:
        """The private modes that were switched off last."""
        return self._switched(b"l")

    def _switched(self, to: bytes) -> set[int]:
        last = {}
        with self._lock:
            for numbers, how in _SWITCH.findall(self.raw):
                last.update(dict.fromkeys(map(int, numbers.split(b";")), how))
        return {number for number, how in last.items() if how == to}

    @property
    def keyboards(self) -> int:
        """How often kitty's keyboard protocol was pushed and not popped."""
        pushed = 0
        with self._lock:
            for (how,) in ((match[1],) for match in _KEYBOARD.finditer(self.raw)):
                pushed = pushed + 1 if how == b">" else max(0, pushed - 1)
        return pushed

    def resize(self, columns: int, lines: int) -> None:
        """Another size, as when its window is pulled."""
        with self._lock:
            self._screen.resize(lines, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def stall(self) -> None:
        """Read nothing any more: the link takes no bytes, and nobody is told."""
        self._reads.clear()

    def read_on(self) -> None:
        """Read again what has been waiting."""
        self._reads.set()

    def hang_up(self) -> None:
        """The terminal goes away, as when a connection drops."""
        assert self._reader is not None
        self._open.clear()
        self._reads.set()
        self._reader.join(WAIT_S)
        for fd in (self._slave, self._master):
            os.close(fd)
        self._slave = self._master = -1

    def freeze(self) -> None:
        """Ctrl-S: the terminal takes no output, as with a pulled cable."""
        self.type(b"\x13")

    def thaw(self) -> None:
        """Ctrl-Q: it takes output again."""
        self.type(b"\x11")

    def close(self) -> None:
        """End what still runs here."""
        self._open.clear()
        self._reads.set()
        if self._reader is not None:
            self._reader.join(WAIT_S)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self._slave, self._master):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _read(self) -> None:
        while self._open.is_set():
            self._reads.wait()
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return  # the other side is closed
            with self._lock:
                self.raw += data
                self._feed(data)

    def _feed(self, data: bytes) -> None:
        """Draw it, but for what pyte would print; a sequence may arrive in two parts."""
        data = self._tail + data
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._tail = data[cut:]
        self._stream.feed(_UNKNOWN.sub(b"", data[:cut]))


@contextlib.contextmanager
def terminal(columns: int = 80, lines: int = 24) -> Iterator[Terminal]:
    """A terminal of this size."""
    one = Terminal(columns, lines)
    try:
        yield one
    finally:
        one.close()
