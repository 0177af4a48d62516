"""The last words of a console that failed: short, without locals, which may hold tokens."""

from __future__ import annotations

import os
import sys
import traceback

from lftui.exit_codes import BROKEN as CODE
from lftui.tty.modes import say_now
from lftui.tty.notice import goes_on

_FRAMES = 8


def crash_text(error: BaseException) -> str:
    """What happened, where, and what becomes of the run."""
    from lftui.safe_text import TRACEBACK_LIMIT, Redactor

    told = traceback.TracebackException.from_exception(error, limit=-_FRAMES, capture_locals=False)
    text = "".join(told.format()).rstrip()
    # The message may hold what the code worked on: a header, an address with its password.
    shown = Redactor.from_environment(os.environ).block(text, TRACEBACK_LIMIT)
    ending = goes_on()
    return "\n".join(
        [
            "lftui: the console failed. This is a fault in lftui; it happened here:",
            shown,
            *([ending] if ending else []),
        ]
    )


def say_crash(error: BaseException | None = None) -> None:
    """Say it on standard error."""
    told = error if error is not None else sys.exc_info()[1]
    if told is None:
        return
    try:
        say_now(crash_text(told))
    except Exception:  # the words about a failure must not fail
        say_now(f"lftui: the console failed ({type(told).__name__}). {goes_on()}".rstrip())


__all__ = ["CODE", "crash_text", "say_crash"]
