"""What the console shows, as one value: made anew for each redraw, and never changed.

Records fold into a `RunState`; the application makes a `Snapshot` of it; all that is on screen
derives from that. `state` itself goes on in place: a snapshot is for drawing now, not for keeping
(freezing the display keeps a copy).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from lftui.preferences import STEP_SIZES as STEP_SIZES
from lftui.run_state import RunState
from lftui.run_state.windows import Window, WindowName

if TYPE_CHECKING:
    from lftui.judge.verdict import Verdict  # a tenth of a second, and not before the first paint

LinkKind = Literal["none", "starting", "live", "replay"]
LinkStatus = Literal["ok", "slow", "lost", "over"]
Holding = Literal["ours", "theirs", "free", "none"]


class ReplayFacts(msgspec.Struct, frozen=True):
    """Where a replay stands. Seconds of the run; `speed` times real time."""

    position_s: float = 0.0
    length_s: float = 0.0
    speed: float = 1.0
    paused: bool = False


class LinkFacts(msgspec.Struct, frozen=True):
    """How the console hangs on the run.

    Attributes:
        kind: what it is connected to.
        status: `slow`: no record came for a while; `lost`: the supervisor is gone; `over`: the
            run has ended.
        silent_s: seconds since the last record.
        controls: who steers: this console, another, nobody, or nobody can (a replay).
        holder: who the other one is.
        waiting_s: how long the oldest command of this console has been unanswered.
        journal: the folder in which the run is kept.
    """

    kind: LinkKind = "none"
    status: LinkStatus = "ok"
    silent_s: float = 0.0
    controls: Holding = "none"
    holder: str = ""
    run_id: str = ""
    journal: str = ""
    waiting_s: float = 0.0
    replay: ReplayFacts | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """One moment of a run, for drawing.

    Attributes:
        number: grows with every snapshot.
        window: the span that the figures are about.
        verdict: the judge's latest word, which may be some seconds old; None before the first.
        judged_s: the run's monotonic time that it was made at.
        step_size: what `+` and `-` change the users by.
        frozen: the display stands still on purpose.
        answer: what became of this console's last command, in words; `refused` says how.
    """

    number: int = 0
    state: RunState = msgspec.field(default_factory=RunState)
    link: LinkFacts = LinkFacts()
    window: WindowName = "recent"
    verdict: Verdict | None = None
    judged_s: float = 0.0
    step_size: int = 10
    frozen: bool = False
    answer: str = ""
    refused: bool = False

    def figures(self) -> Window:
        """The figures of the chosen window."""
        return Window(self.state, self.window)
