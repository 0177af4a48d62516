"""Textual's terminal driver, made to stand what real terminals do.

By itself it starts a second input thread on every SIGCONT, reads a closed terminal in a circle,
takes its size from a piped standard output, and cannot be told to give a stuck terminal up.
"""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Callable
from typing import Any, cast

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from lftui.tty.jobs import has_job_control, in_foreground
from lftui.tty.modes import RESTORE, no_stop_from_the_background, taken_over, write_now
from lftui.tty.notice import NOTICE
from lftui.tty.output import CUT_END, Output

SUSPEND_PATIENCE_S = 1.0


class ConsoleDriver(LinuxDriver):
    """Draws on standard error's terminal and reads from standard input's."""

    def __init__(
        self,
        app: Any,
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.output = Output(2)
        self._file = cast(Any, self.output)
        self._stopping = False
        self._just_back = False

    @property
    def queued(self) -> int:
        """Texts that wait to be written."""
        queue = getattr(self._writer_thread, "_queue", None)
        return queue.qsize() if queue is not None else 0

    def start_application_mode(self) -> None:
        """Take the terminal."""
        NOTICE.drawing = True
        self.output.give_up_after(None)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:  # else in the background: it is started again later
            signal.signal(signal.SIGWINCH, self._resized)

    def stop_application_mode(self) -> None:
        """Give the terminal back, from the background too."""
        self.write(CUT_END)
        if taken_over(self.fileno):
            self.attrs_before = None  # a shell has set its own since
        with no_stop_from_the_background():
            super().stop_application_mode()

    def close(self) -> None:
        """Wait until everything is written or given up."""
        super().close()
        if self.output.dropped:
            self.output.dropped = not write_now(self.fileno, RESTORE, make_room=True)
        NOTICE.drawing = self.output.dropped

    def _get_terminal_size(self) -> tuple[int, int]:
        for fd in (2, 0):
            try:
                columns, lines = os.get_terminal_size(fd)
            except OSError:
                continue
            if columns and lines:
                return columns, lines
        return super()._get_terminal_size()

    def _resized(self, *_: Any) -> None:
        """A signal's handler: Textual's reads the size here, where the next signal interrupts it
        between reading and telling. Then the older size is told last, and stays."""
        if not self._in_band_window_resize:
            self._loop.call_soon_threadsafe(self._tell_size)

    def _tell_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    # --- Ctrl-Z and back -----------------------------------------------------------------------

    def _sigtstp_application(self, *_: Any) -> None:
        if self._just_back or not has_job_control(os.getpid()):
            return
        self._stopping = True
        restart = self._auto_restart
        if restart:
            self.output.give_up_after(SUSPEND_PATIENCE_S)
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)
        while not in_foreground(self.fileno):  # `bg`: there is nothing to do without a terminal
            os.kill(os.getpid(), signal.SIGSTOP)
        self._stopping = False
        # Signals that Python kept while it was stopped are handled before the loop goes on: a
        # second SIGTSTP of the same key press, and the SIGCONT that woke us.
        self._just_back = True
        self._loop.call_soon_threadsafe(self._is_back)
        if restart:
            self.resume_application_mode()
            self._repaint()

    def _is_back(self) -> None:
        self._just_back = False

    def _sigcont_application(self, *_: Any) -> None:
        """Stopped by somebody else: whoever used the terminal meanwhile has drawn on it."""
        if self._stopping or self._just_back or self._writer_thread is None:
            return
        if not in_foreground(self.fileno):
            return
        if self._modes_lost() and self._auto_restart:
            self.suspend_application_mode()
            self.resume_application_mode()
        self._repaint()

    def _modes_lost(self) -> bool:
        try:
            return bool(termios.tcgetattr(self.fileno)[3] & (termios.ECHO | termios.ICANON))
        except termios.error:
            return False

    def _repaint(self) -> None:
        repaint: Callable[[], None] | None = getattr(self._app, "repaint", None)
        if repaint is not None:
            self._loop.call_soon_threadsafe(repaint)

    # --- input ---------------------------------------------------------------------------------

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError as error:
            # Gone, or another's: nothing can be read any more, and nobody could leave by a key.
            gone: Callable[[str], None] | None = getattr(self._app, "on_terminal_gone", None)
            if gone is not None:
                gone(f"the terminal cannot be read ({error.strerror})")
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)
