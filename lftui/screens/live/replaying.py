"""Steering a replay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lftui.screens import messages
from lftui.snapshot import ReplayFacts

if TYPE_CHECKING:
    from lftui.screens.base import ConsoleScreen

    _Base = ConsoleScreen
else:
    _Base = object

SPEEDS: Sequence[float] = (1, 2, 3, 5, 10, 20, 30, 60)


class Replaying(_Base):
    """The keys of a replay. Part of the Live screen."""

    _sought: tuple[int, float] | None = None
    _shown_at: float | None = None
    _shown_number = -1

    def note_shown(self) -> None:
        """A snapshot is drawn; a newer one has a position of its own."""
        if self.snapshot.number != self._shown_number:
            self._shown_number, self._shown_at = self.snapshot.number, time.monotonic()

    @property
    def _replay(self) -> ReplayFacts:
        return self.snapshot.link.replay or ReplayFacts()

    def action_replay_pause(self) -> None:
        """Stand still, or go on."""
        self.post_message(messages.ReplayControl("pause", float(not self._replay.paused)))

    def action_replay_speed(self, direction: int) -> None:
        """The next faster or slower speed."""
        here = self._replay.speed
        beyond = [one for one in SPEEDS if (one > here if direction > 0 else one < here)]
        if beyond:
            speed = beyond[0] if direction > 0 else beyond[-1]
            self.post_message(messages.ReplayControl("speed", speed))

    def action_seek(self, seconds: float) -> None:
        """On, or back. Keys typed fast add up: what one asked for counts until it is shown."""
        facts = self._replay
        number = self.snapshot.number
        if self._sought is not None and self._sought[0] == number:
            here = self._sought[1]
        else:
            here = facts.position_s + self._shown_for_s() * facts.speed * (not facts.paused)
        there = min(max(here + seconds, 0.0), facts.length_s)
        self._sought = (number, there)
        self.post_message(messages.ReplayControl("seek", there))

    def _shown_for_s(self) -> float:
        """How old the snapshot is: at 60x each second of it is a minute of the run."""
        return time.monotonic() - self._shown_at if self._shown_at is not None else 0.0
