"""Follows a run over its link, and makes the snapshots that the screens draw."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lftui.links.copying import packed, unpacked
from lftui.links.link import Link
from lftui.records import Acked, AnyRecord, Command, Finished, Marked, Proposed, Refused
from lftui.run_state import RunState
from lftui.run_state.windows import WindowName
from lftui.snapshot import STEP_SIZES, LinkFacts, Snapshot

if TYPE_CHECKING:
    from lftui.judge.verdict import Verdict

_SOON = (Marked, Proposed, Finished)
_ANSWER_SHOWN_S = 15.0


class Follower:
    """One console's view of one run.

    Args:
        changed: is called when there is something new; with True where an operator waits for it.
        clock: monotonic seconds.
    """

    def __init__(
        self, changed: Callable[[bool], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._changed = changed
        self._clock = clock
        self.link: Link | None = None
        self.step_sizes: tuple[int, ...] = STEP_SIZES
        self.step_size = 10
        self.window: WindowName = "recent"
        self.verdict: Verdict | None = None
        self.judged_s = 0.0
        self._frozen: RunState | None = None
        self._asked: set[str] = set()
        self._answer, self._refused, self._answered = "", False, 0.0
        self._number = 0

    @property
    def state(self) -> RunState:
        """The run as it is, whether the display is frozen or not."""
        return self.link.state if self.link is not None else RunState()

    @property
    def facts(self) -> LinkFacts:
        """How the console hangs on the run."""
        return self.link.facts if self.link is not None else LinkFacts()

    def follow(self, link: Link | None) -> None:
        """Another run from now on, or none."""
        self.link = link
        self.window, self.verdict, self.judged_s = "recent", None, 0.0
        self._frozen = None
        self._asked.clear()
        self._answer = ""
        self._changed(True)

    async def read(self, link: Link) -> None:
        """Take the link's records until there are no more."""
        async for record in link.records():
            if self.link is not link:
                return
            self._hear(record)
        self._changed(True)

    def send(self, command: Command) -> None:
        """Pass a command on; what becomes of it is in a later snapshot."""
        if self.link is None:
            return
        number = self.link.send(command)
        if number is None:
            self._say("nobody can be told: this run is not live", refused=True)
        else:
            self._asked.add(number)

    def freeze(self) -> None:
        """Keep the display as it is, or let it go on. Recording goes on either way."""
        if self._frozen is None:
            self._frozen = unpacked(packed(self.state))
        else:
            self._frozen = None
        self._changed(True)

    def judged(self, verdict: Verdict, judged_s: float) -> None:
        """The judge's latest word."""
        self.verdict, self.judged_s = verdict, judged_s
        self._changed(False)

    def snapshot(self) -> Snapshot:
        """How everything is now."""
        self._number += 1
        if self._answer and self._clock() - self._answered > _ANSWER_SHOWN_S:
            self._answer = ""
        return Snapshot(
            number=self._number,
            state=self._frozen or self.state,
            link=self.facts,
            window=self.window,
            verdict=self.verdict,
            judged_s=self.judged_s,
            step_size=self.step_size,
            frozen=self._frozen is not None,
            answer=self._answer,
            refused=self._refused,
        )

    def _hear(self, record: AnyRecord) -> None:
        ours = False
        if isinstance(record, Acked | Refused):
            ours = record.command_id in self._asked
            self._asked.discard(record.command_id)
            if ours and isinstance(record, Refused):
                self._say(record.reason, refused=True)
            elif ours and isinstance(record, Acked) and record.text:
                self._say(record.text, refused=False)
        if isinstance(record, Finished):
            self.window = "run"  # the last ten seconds of what is over say little
        self._changed(ours or isinstance(record, _SOON))

    def _say(self, text: str, refused: bool) -> None:
        self._answer, self._refused, self._answered = text, refused, self._clock()
        self._changed(True)
