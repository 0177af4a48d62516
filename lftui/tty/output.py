"""The console's way to its terminal: knows whether anything arrives, and can give up."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time

from lftui.tty.modes import open_again

CUT_END = "\0"
_LOOK_S = 0.25


class Output:
    """A file that writes to a terminal from one thread, watched and given up by others.

    Args:
        fd: a descriptor of the terminal.

    Attributes:
        gone: the terminal is no more.
        dropped: something that was written has not arrived.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._own = open_again(fd)
        self._texts: list[str] = []
        self._waits = 0
        self._taken = 0
        self._patience_until: float | None = None
        self._cutting = False
        self.gone = False
        self.dropped = False

    def write(self, text: str) -> int:
        """Keep a text until the next flush."""
        if text == CUT_END:
            self._cutting = False
        elif not self._cutting:
            self._texts.append(text)
        return len(text)

    def cut(self) -> None:
        """Throw away what has not arrived, until `CUT_END` is written: nobody will look at it.

        A sequence that is cut in its middle is ended by the escape that the next one begins with.
        """
        self._cutting = True
        self._texts.clear()
        with contextlib.suppress(termios.error, OSError):
            termios.tcflush(self._fd, termios.TCOFLUSH)

    def flush(self) -> None:
        """Write what was kept; waits for the terminal until somebody gives it up."""
        rest = memoryview("".join(self._texts).encode("utf-8", "replace"))
        self._texts.clear()
        self._waits = len(rest)
        while rest and not self.gone and not self._cutting:
            if not (written := self._some(rest)) and self._given_up():
                break
            rest = rest[written:]
            self._waits = len(rest)
        self._waits = 0
        self.dropped = self.dropped or (bool(rest) and not self._cutting)

    def fileno(self) -> int:
        """The descriptor that was given."""
        return self._fd

    def isatty(self) -> bool:
        """A terminal, always."""
        return True

    @property
    def waiting(self) -> int:
        """Bytes that the terminal has not taken."""
        return self._waits

    @property
    def taken(self) -> int:
        """Bytes that it has taken so far: who looks twice sees whether there was progress."""
        return self._taken

    def give_up_after(self, seconds: float | None) -> None:
        """From then on throw away what the terminal does not take; None: wait for it again."""
        self._patience_until = None if seconds is None else time.monotonic() + seconds

    def close(self) -> None:
        """Let go of the terminal."""
        own, self._own = self._own, None
        self.gone = True
        if own is not None:
            os.close(own)

    def _given_up(self) -> bool:
        until = self._patience_until
        return until is not None and time.monotonic() > until

    def _some(self, rest: memoryview) -> int:
        """Write what the terminal has room for; 0 where it had none for a moment."""
        fd = self._fd if self._own is None else self._own
        try:
            if self._own is None:
                # The shared descriptor blocks: little at a time, and only where there is room.
                if not select.select([], [fd], [], _LOOK_S)[1]:
                    return 0
                written = os.write(fd, rest[:512])
            else:
                written = os.write(fd, rest)
        except BlockingIOError:
            select.select([], [fd], [], _LOOK_S)
            return 0
        except OSError:
            self.gone = True
            return 0
        self._taken += written
        return written
