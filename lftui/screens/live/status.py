"""The line above the keys: what became of the last command, or what happened last."""

from __future__ import annotations

from lftui.live_view import clock
from lftui.records import Marked
from lftui.run_state import RunState
from lftui.screens.live.panels.mark_words import mark_said, who_of
from lftui.screens.live.parts import Row, cut
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look

WAITING_S = 1.0
_QUIET = ("breach", "stalled", "blocked")


def status_row(snapshot: Snapshot, local: str, look: Look, width: int) -> Row:
    """The line.

    Args:
        local: what the screen itself has to say: why a key does nothing now.
    """
    text, tone = _said(snapshot, local)
    return [(cut(look.plain(text), width, look.plain("…")), tone)]


def _said(snapshot: Snapshot, local: str) -> tuple[str, str]:
    waiting = snapshot.link.waiting_s
    if waiting >= WAITING_S:
        return f"▲ waiting for the supervisor {waiting:.0f} s", "warning"
    if local:
        return local, "warning"
    if snapshot.answer and snapshot.refused:
        return f"▲ refused: {snapshot.answer}", "warning"
    mark = _last_mark(snapshot.state)
    if snapshot.answer:
        return snapshot.answer, ""
    return ("", "") if mark is None else (_mark_text(snapshot, mark), "dim")


def _last_mark(state: RunState) -> Marked | None:
    for mark in reversed(state.marks):
        if mark.type not in _QUIET:
            return mark
    return None


def _mark_text(snapshot: Snapshot, mark: Marked) -> str:
    """`02:10 users 20 → 30, 5 a second (you)`."""
    began = snapshot.state.load_began_s
    at = f"{clock(max(0.0, mark.mono - began))} " if began is not None else ""
    who = who_of(mark)
    ours = (
        snapshot.link.controls == "ours" and bool(mark.who) and mark.who == snapshot.state.controls
    )
    return f"{at}{mark_said(mark)} ({'you' if ours else who})"
