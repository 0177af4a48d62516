"""Before the load begins: waiting for workers, or for a time of day. Only an end is obeyed."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent

from lftui.generator.channel import Channel
from lftui.generator.ending import Ending
from lftui.generator.farewell import KILLED
from lftui.records import Acked, AnyRecord, Command, Finished, Kill, Refused, Stop

_LOOK_S = 0.05


class Waiting:
    """Looks whether somebody wants the end of a run that has not begun.

    Attributes:
        ending: how it ended, where it did.
    """

    def __init__(self, channel: Channel, announce: Callable[[AnyRecord], None]) -> None:
        self._channel = channel
        self._announce = announce
        self.ending = Ending()

    def until(self, at: float) -> bool:
        """Wait for a moment in Unix seconds; whether nobody ended the run before."""
        while (left_s := at - time.time()) > 0:
            if self.is_over():
                return False
            gevent.sleep(min(left_s, _LOOK_S))
        return True

    def is_over(self) -> bool:
        """Whether somebody wants the end already."""
        command = self._channel.next_command(0.0)
        if command is None:
            return self._channel.lost
        ending = _ending_of(command)
        if ending is None:
            reason = "the run has not begun: it waits for its workers, or for its time"
            self._announce(Refused(command_id=command.id, reason=reason))
            return False
        self.ending = ending
        self._announce(Acked(command_id=command.id))
        return True

    @property
    def last_word(self) -> Finished:
        """Of a run that was ended before it began."""
        code = KILLED if self.ending.kill else 0
        return Finished(reason=self.ending.reason, message=self.ending.why, exit_code=code)


def _ending_of(command: Command) -> Ending | None:
    if isinstance(command, Stop):
        return Ending(command.reason, command.why, command.who, command.id)
    if isinstance(command, Kill):
        return Ending("killed", command.why, command.who, command.id, kill=True)
    return None
