"""Generators that end badly: lost ones, and such as do not stop when they are told to."""

from __future__ import annotations

import signal

from lftui.records import Finished
from lftui.run_state import RunState
from lftui.safe_text import safe_line

# A stop may take its time: requests in flight get 10 s, `on_stop` of all users and the
# locustfile's own listeners come after. A generator that shows no life is not waited for as long.
_GRACE_S = 45.0
_SILENT_S = 10.0
_KILL_S = 1.0


class StopWatch:
    """Knows when a generator that was told to stop has had its time.

    The plan's `--stop-timeout` comes on top of it.
    """

    def __init__(self, stop_timeout_s: float | None = None) -> None:
        self._asked: float | None = None
        self._at_once = False
        self._allowed_s = _GRACE_S + (stop_timeout_s or 0.0)

    @property
    def asked(self) -> bool:
        """Whether it has been told."""
        return self._asked is not None

    def begin(self, now: float, at_once: bool) -> None:
        """It has been told to stop, or to end at once."""
        if at_once and not self._at_once:
            self._asked, self._at_once = now, True
        elif self._asked is None:
            self._asked = now

    def overdue(self, now: float, last_tick_s: float) -> str | None:
        """Why it must be ended now; None while it may go on."""
        if self._asked is None:
            return None
        waited = now - self._asked
        if self._at_once:
            return "killed by the operator" if waited > _KILL_S else None
        silent = now - max(last_tick_s, self._asked)
        if silent > _SILENT_S:
            return f"the generator did not answer for {silent:.0f} s after the stop and was ended"
        if waited > self._allowed_s:
            return f"the generator had not stopped after {waited:.0f} s and was ended"
        return None


def lost_generator(status: int, last_words: str, state: RunState) -> Finished:
    """The last record of a run whose generator went without a word."""
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        how = f"the generator was ended by {name}"
        if name == "SIGKILL":
            how += " (by somebody, or by the kernel when memory ran out: see dmesg)"
    else:
        how = f"the generator ended by itself with status {status}"
    where = f"; {state.total.count:,} requests up to its last second are kept"
    words = last_words.splitlines()
    said = f"; it said: {safe_line(words[-1], 200)}" if words else ""
    return Finished(reason="generator_lost", message=f"{how}{where}{said}", exit_code=4)
