"""A pseudo-terminal that counts what it is sent, and may be as slow as a bad link."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

from benchmarks.processes import BenchError, end, environment, pinned

COLUMNS, LINES = 120, 40
_CHUNK = 1 << 16
_SETTINGS = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
_UNSET = ("COLORTERM", "NO_COLOR", "COLUMNS", "LINES")
_TICKS = os.sysconf("SC_CLK_TCK")
# What pyte would take for text: the keyboard protocol of kitty, and questions about modes.
_UNKNOWN = re.compile(rb"\x1b\[(?:[<>=?][0-9;]*u|\?[0-9;]*\$p)")


class Terminal:
    """A command on a terminal of its own; a thread reads what it draws.

    Args:
        bytes_a_second: how fast the terminal takes what is drawn; 0: as fast as it comes.
        columns, lines: the size.
    """

    def __init__(self, bytes_a_second: int = 0, columns: int = COLUMNS, lines: int = LINES) -> None:
        self.count = 0
        self.rate = bytes_a_second
        self._kept = bytearray()
        self._marked = 0
        self._last_at = self.began = 0.0
        self._came = threading.Condition()
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._size = struct.pack("HHHH", lines, columns, 0, 0)
        self._master = -1
        self._reader: threading.Thread | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        words: Sequence[str],
        folder: Path,
        more: Mapping[str, str] | None = None,
        core: int | None = None,
    ) -> None:
        """Start the command; `began` is when that was (`time.perf_counter`)."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, self._size)
        pin = pinned(core) if core is not None else None

        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if pin is not None:
                pin()

        given = environment(folder, {**_SETTINGS, **(more or {})})
        for name in _UNSET:
            given.pop(name, None)
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            list(words),
            cwd=folder,
            env=given,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=prepare,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            chunk = self._take()
            if not chunk:
                return
            with self._came:
                self.count += len(chunk)
                self._kept += chunk
                self._last_at = time.perf_counter()
                self._came.notify_all()
            if self.rate:
                time.sleep(len(chunk) / self.rate)

    def _take(self) -> bytes:
        try:
            return os.read(self._master, max(64, self.rate // 20) if self.rate else _CHUNK)
        except OSError:
            return b""  # the command and all that it started are gone

    # --- what came -----------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The screen, of all that came while it was kept."""
        with self._came:
            taken, self._kept, self._marked = bytes(self._kept), bytearray(), 0
        self._stream.feed(_UNKNOWN.sub(b"", taken))
        return "\n".join(line.rstrip() for line in self._screen.display)

    def clear(self) -> None:
        """Forget what came; what was drawn once is on the screen nevertheless."""
        _ = self.text

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Within the block only count: the screen is not made, which would take time beside."""
        self.clear()
        yield
        self.clear()

    def wait_text(self, text: str, timeout_s: float = 20.0) -> float:
        """Wait until the screen shows this; when it did.

        Raises:
            BenchError: it does not in time.
        """
        deadline = time.perf_counter() + timeout_s
        while True:
            with self._came:
                seen, count = time.perf_counter(), self.count
            if text in self.text:
                return seen
            with self._came:
                if self.count == count:
                    self._came.wait(0.05)
            if time.perf_counter() > deadline:
                raise BenchError(f"“{text}” was not drawn; the screen shows:\n{self.text}")

    def wait_for(
        self, text: re.Pattern[bytes], timeout_s: float = 5.0, since_start: bool = False
    ) -> float:
        """Wait until these bytes come, as they are on the wire; when they did.

        Args:
            since_start: bytes that came before count too; else only those from now on or, after
                `type`, from the key press on.

        Raises:
            BenchError: they do not in time.
        """
        deadline = time.perf_counter() + timeout_s
        with self._came:
            begin = 0 if since_start else self._marked
            while not text.search(self._kept, begin):
                if not self._came.wait(max(0.0, deadline - time.perf_counter())):
                    raise BenchError(f"{text.pattern!r} did not come within {timeout_s:g} s")
            return self._last_at

    # --- the command ---------------------------------------------------------------------------

    def type(self, keys: bytes) -> float:
        """Press keys; when that was."""
        with self._came:
            self._marked = len(self._kept)
            at = time.perf_counter()
            os.write(self._master, keys)
        return at

    @property
    def pid(self) -> int:
        """The process that draws: the console's own, which its guardian started."""
        assert self.process is not None
        mine = self.process.pid
        found = Path(f"/proc/{mine}/task/{mine}/children").read_text(encoding="ascii").split()
        return int(found[0]) if found else mine

    def wait_end(self, timeout_s: float = 20.0) -> float:
        """Wait until the command has ended; when it did.

        Raises:
            BenchError: it does not in time.
        """
        assert self.process is not None
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise BenchError(f"the command did not end within {timeout_s:g} s") from None
        return time.perf_counter()

    def close(self) -> None:
        """End what still runs."""
        self.rate = 0
        if self.process is not None:
            end(self.process)
        if self._reader is not None:
            self._reader.join(2.0)
            if not self._reader.is_alive():  # else it would read whatever gets this number next
                os.close(self._master)


@contextlib.contextmanager
def terminal(
    words: Sequence[str],
    folder: Path,
    core: int | None = None,
    more: Mapping[str, str] | None = None,
    bytes_a_second: int = 0,
) -> Iterator[Terminal]:
    """A command on a terminal, ended with the block."""
    found = Terminal(bytes_a_second)
    try:
        found.start(words, folder, more, core)
        yield found
    finally:
        found.close()


def cpu_s(pid: int) -> float:
    """The CPU seconds of a process, all its threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    numbers = fields.rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / _TICKS


def peak(pid: int) -> int:
    """The most memory that a process has had so far, in bytes: no reading can miss it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@dataclass(frozen=True)
class Cost:
    """What the console took for a while: the share of a core, and bytes a second drawn."""

    share: float
    bytes_s: float


def cost(term: Terminal, seconds: float) -> Cost:
    """Watch a console for so long."""
    pid = term.pid
    with term.counting():
        cpu, count, began = cpu_s(pid), term.count, time.perf_counter()
        time.sleep(seconds)
        passed = time.perf_counter() - began
        return Cost((cpu_s(pid) - cpu) / passed, (term.count - count) / passed)
