"""A terminal as it was: its modes kept, put back, and nobody held up by it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import time
from collections.abc import Iterator
from typing import Any

from lftui.tty.jobs import in_foreground

RESTORE = (
    b"\x18"  # ends a sequence that was cut in the middle
    b"\x1b[<u"  # the keyboard protocol of kitty; before the main screen, whose own it is
    b"\x1b[?2026l"  # a frame that was never finished
    b"\x1b[?1049l\x1b[?25h"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # the mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?7h\x1b[0m"
)
"""What takes back each mode that the console sets."""

_PATIENCE_S = 0.3


class Modes:
    """The modes that a terminal has now, to be put back later.

    Args:
        fd: a descriptor of the terminal.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._kept = _attributes(fd)

    def restore(self, escapes: bool = True) -> None:
        """Put them back, whatever state the terminal is in; waits for nobody for long."""
        if self._kept is not None:
            with no_stop_from_the_background(), contextlib.suppress(termios.error, OSError):
                if not taken_over(self._fd):
                    # Not TCSADRAIN: that waits for a terminal which may take nothing any more.
                    termios.tcsetattr(self._fd, termios.TCSANOW, self._kept)
                    # Keys that were meant for the console, and the mouse's reports.
                    termios.tcflush(self._fd, termios.TCIFLUSH)
        if escapes:
            write_now(self._fd, RESTORE, make_room=True)


def taken_over(fd: int) -> bool:
    """Whether a shell has taken the terminal back already and has set modes of its own.

    A line editor's differ from the console's in this: it leaves Ctrl-C to the terminal.
    """
    if in_foreground(fd):
        return False
    now = _attributes(fd)
    return now is not None and bool(now[3] & termios.ISIG)


def write_now(
    fd: int, data: bytes, patience_s: float = _PATIENCE_S, make_room: bool = False
) -> bool:
    """Write to a terminal that may be stuck or gone; whether all of it was taken.

    Args:
        make_room: throw away what it has not taken yet, where it has no room.
    """
    rest = memoryview(data)
    until = time.monotonic() + patience_s
    own = open_again(fd)
    try:
        while rest:
            try:
                # The shared descriptor blocks: a little at a time, and only where there is room.
                if own is None and not select.select([], [fd], [], 0)[1]:
                    raise BlockingIOError
                rest = rest[os.write(fd if own is None else own, rest[:512]) :]
            except BlockingIOError:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                if make_room:
                    make_room = False
                    with no_stop_from_the_background(), contextlib.suppress(termios.error):
                        termios.tcflush(fd, termios.TCOFLUSH)
                select.select([], [fd if own is None else own], [], min(left, 0.05))
            except OSError:
                return False  # the terminal is gone
    finally:
        if own is not None:
            os.close(own)
    return True


def open_again(fd: int) -> int | None:
    """A new descriptor of the same terminal that never blocks; None where it cannot be had.

    The one that was given is shared with the shell, which would inherit what is set on it.
    """
    names = []
    with contextlib.suppress(OSError):
        names.append(os.ttyname(fd))
    with contextlib.suppress(OSError):
        os.tcgetpgrp(fd)  # only of the terminal that controls this process
        names.append("/dev/tty")  # another user's terminal, as after `su`, opens by this name only
    for name in names:
        with contextlib.suppress(OSError):
            return os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    return None


def say_now(text: str, fd: int = 2) -> None:
    """A sentence on standard error, wherever that goes, without waiting for it."""
    data = f"{text}\n".encode("utf-8", "backslashreplace")
    if os.isatty(fd):
        write_now(fd, data)
        return
    with contextlib.suppress(OSError):
        os.write(fd, data)


@contextlib.contextmanager
def no_stop_from_the_background() -> Iterator[None]:
    """A process in the background is stopped for setting a terminal's modes; not in here."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _attributes(fd: int) -> list[Any] | None:
    try:
        return termios.tcgetattr(fd)
    except (termios.error, OSError):
        return None
