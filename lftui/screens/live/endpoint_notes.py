"""What stands above the Endpoints panel: how adjusted times came about, users that were stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lftui.judge.omission import adjusted_said, stuck_briefly
from lftui.screens.live.panels.spec import Line
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look

if TYPE_CHECKING:
    from lftui.judge.verdict import Verdict


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """The lines; none where there is neither."""
    adjusted = adjusted_said(snapshot.state)
    lines: list[Line] = [(f"adj: {adjusted}; the others as measured", "dim")] if adjusted else []
    stuck = _stuck.of(snapshot)
    return [*lines, (f"▲ {stuck}", "warning")] if stuck else lines


class _Stuck:
    """The sentence about stuck users, once a verdict: it reads every histogram of the run."""

    def __init__(self) -> None:
        self._verdict: Verdict | None = None
        self._said = ""

    def of(self, snapshot: Snapshot) -> str:
        """As of the latest verdict; empty before the first."""
        if snapshot.verdict is not self._verdict:
            self._verdict = snapshot.verdict
            self._said = stuck_briefly(snapshot.state) if snapshot.verdict is not None else ""
        return self._said


_stuck = _Stuck()
