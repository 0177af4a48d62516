"""Where a headless run is shown: a calm display on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO, cast

from lftui.live_view import display, log_text, plain_line
from lftui.plan import RunPlan
from lftui.records import Logged
from lftui.run_state import RunState
from lftui.terminal import Writer

LINE_EVERY_S = 5.0
_REDRAW_S = 1.0
_LOGS_SHOWN = 4
_QUIET_SOURCES = ("locust.runners", "locust.main")


class Display:
    """Writes to this terminal, and survives its loss.

    The display goes to standard error's terminal only where standard output is one as well; results
    go to standard output.
    """

    def __init__(self, plain: bool = False) -> None:
        self.keep_output_clean = False
        dumb = os.environ.get("TERM", "") in ("", "dumb")
        self._rich = sys.stdout.isatty() and not plain and not dumb
        self._live: object | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._state: Callable[[], RunState] = RunState
        self._logs: deque[str] = deque(maxlen=_LOGS_SHOWN)
        self._out, self._err = Writer(1), Writer(2)
        self._passing = False
        self._begun = False
        self._last_line = 0.0

    @property
    def columns(self) -> int:
        """The width to write results for; without a terminal a comfortable one."""
        return shutil.get_terminal_size((120, 40)).columns if self._rich else 120

    def begin(self, state: Callable[[], RunState], plan: RunPlan) -> None:
        """Show this run until `end`."""
        self._state = state
        self._begun = True
        self._wipe()
        if self._rich:
            self._begin_live()
        else:
            self.say(f"running {plan.shape_sentence}")
            if plan.in_process:
                self.say("one process shows and measures: latencies are inflated (--in-process)")
        self._drawing = asyncio.get_running_loop().create_task(self._draw())

    def end(self) -> None:
        """Show its last state and leave the terminal as it was."""
        if self._drawing is not None:
            self._drawing.cancel()
        self._stop_live()
        if not self._rich and self._begun and self._state().load_began_s is not None:
            self._progress_line()
        self._begun = False

    def refresh(self) -> None:
        """Draw now."""
        if self._live is not None:
            self._draw_live()

    def say(self, text: str) -> None:
        """Something about the run itself."""
        if self._live is not None:
            self._logs.append(text)
        else:
            self._err.write(f"{text}\n")

    def passing(self, text: str) -> None:
        """Something for the moment: on a terminal the next words take its place."""
        if self._rich:
            self._out.write(f"{text}\r")
            self._passing = True
        else:
            self.say(text)

    def _wipe(self) -> None:
        if self._passing:
            self._out.write("\x1b[2K")
            self._passing = False

    def error(self, text: str) -> None:
        """Something that went wrong, on standard error."""
        self._stop_live()
        self._wipe()
        self._err.write(f"lftui: {text}\n")

    def result(self, text: str) -> None:
        """A line of the result, on standard output unless that is to hold something else."""
        (self._err if self.keep_output_clean else self._out).write_all(f"{text}\n")

    def _progress_line(self) -> None:
        out = self._err if self.keep_output_clean else self._out
        out.write(f"{plain_line(self._state())}\n")

    def log(self, record: Logged) -> None:
        """A line of log: of the locustfile, of Locust, of the watchdog."""
        if record.level in ("info", "debug") and record.source in _QUIET_SOURCES:
            return
        text = log_text(record.wall, record.level, record.source, record.text)
        if self._live is not None:
            self._logs.append(text)
        else:
            self._err.write(f"{text}\n")

    def output(self, text: str) -> None:
        """What was asked for itself, on standard output, whole."""
        self._wipe()
        self._out.write_all(f"{text}\n")

    def drain(self) -> None:
        """Wait a moment for what is not written yet."""
        self._err.drain()
        self._out.drain()

    @property
    def stuck(self) -> bool:
        """Whether the terminal has taken no output for so long that it counts as gone."""
        return self._out.stuck or self._err.stuck

    def terminal_gone(self) -> None:
        """The terminal is gone: write to nowhere from now on, unless it goes to files."""
        self._stop_live(quietly=True)
        self._rich = False
        for writer in (self._out, self._err):
            if writer.isatty() or not _writable(writer.fileno()):
                writer.silence()
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            with contextlib.suppress(OSError):
                if os.isatty(fd) or not _writable(fd):
                    os.dup2(null, fd)
        os.close(null)

    async def _draw(self) -> None:
        while True:
            if self._live is not None:
                self._draw_live()
                await asyncio.sleep(_REDRAW_S)
            else:
                await asyncio.sleep(0.25)
                now = time.monotonic()
                state = self._state()
                due = now - self._last_line >= LINE_EVERY_S
                if due and state.load_began_s and state.finished is None:
                    self._last_line = now
                    self._progress_line()

    def _begin_live(self) -> None:
        from rich.console import Console
        from rich.live import Live

        console = Console(file=cast(TextIO, self._out), force_terminal=True, highlight=False)
        live = Live(console=console, auto_refresh=False, transient=True)
        live.start()
        self._live = live

    def _draw_live(self) -> None:
        from rich.console import Group
        from rich.live import Live
        from rich.text import Text

        assert isinstance(self._live, Live)
        logs = [Text(line, style="dim", no_wrap=True, overflow="ellipsis") for line in self._logs]
        shown = Group(
            display(self._state(), self._live.console.width),
            *logs,
            Text("Ctrl-C stops", style="dim"),
        )
        self._live.update(shown, refresh=not self._out.busy)

    def _stop_live(self, quietly: bool = False) -> None:
        live, self._live = self._live, None
        if live is not None and not quietly:
            self._out.drain()
            live.stop()  # type: ignore[attr-defined]


def _writable(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
