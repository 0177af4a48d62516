"""Leaving within two seconds, whatever state the loop, the link and the terminal are in."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from lftui.tty.modes import Modes
from lftui.tty.notice import NOTICE

DEADLINE_S = 2.0
_NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class Leaving:
    """Asks the application to leave, and leaves without it where it does not.

    The handlers are Python's own (`signal.signal`) and not the loop's: they run while the main
    thread waits in a full queue, where no loop can be told anything.

    Args:
        modes: the terminal's, to be put back.
        ask: asks the application to leave with this exit status, from any thread; False where
            it is not there to be asked.
        last: ends the process with this exit status; for tests another.
    """

    def __init__(
        self,
        modes: Modes,
        ask: Callable[[int], bool],
        deadline_s: float = DEADLINE_S,
        last: Callable[[int], None] = os._exit,
    ) -> None:
        self._modes = modes
        self._ask = ask
        self._deadline_s = deadline_s
        self._last = last
        self._asked = threading.Lock()
        self.code: int | None = None

    def handle_signals(self) -> None:
        """Leave on SIGTERM, SIGHUP, SIGQUIT and SIGINT; a hang-up that is ignored stays so."""
        for number in _NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def leave(self, code: int) -> None:
        """Leave with this exit status within the deadline; only the first call counts."""
        if not self._asked.acquire(blocking=False):
            return
        self.code = code
        timer = threading.Timer(self._deadline_s, self._expire)
        timer.daemon = True
        timer.start()
        if not self._ask(code):
            self._expire()

    def terminal_gone(self, what: str) -> None:
        """Leave as after a hang-up, however it was noticed."""
        self.leave(128 + signal.SIGHUP)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.leave(128 + number)

    def _expire(self) -> None:
        assert self.code is not None
        self._modes.restore(escapes=NOTICE.drawing)
        NOTICE.drawing = False
        self._last(self.code)
