"""What can be done now, and why the rest cannot: one answer for keys, footer and palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from lftui.judge.workers import is_distributed, more_room_said
from lftui.live_view import plan_of
from lftui.run_state import RunState
from lftui.screens.live.header import is_shaped
from lftui.screens.live.level import is_open, wanted_rate
from lftui.search_view import is_search
from lftui.snapshot import Snapshot

_ON = ("running", "spawning")
_BY_HAND = "changed by hand"
_UNDO_KEPT = 50


class View(msgspec.Struct, frozen=True):
    """What of the screen itself decides about keys.

    Attributes:
        tab: the panel in sight.
        typing: a text field has the focus.
        reading: a chart has it, and left and right are the read-out's.
        one_chart: there is room for one chart only.
        filtered: the table shows some of its rows only.
        worker: the id of the worker under the cursor; "" where there is none.
    """

    tab: str = "endpoints"
    typing: bool = False
    reading: bool = False
    one_chart: bool = False
    filtered: bool = False
    worker: str = ""


ANYWHERE = View()


def why_not(action: str, snapshot: Snapshot, view: View = ANYWHERE) -> str:
    """Why an action cannot be done now, in a sentence; "" where it can."""
    found = _RULES.get(action)
    return found(snapshot, view) if found is not None else ""


def is_replay(snapshot: Snapshot) -> bool:
    """Whether a stored run is played back."""
    return snapshot.link.kind == "replay"


def is_live(snapshot: Snapshot) -> bool:
    """Whether there is a run that can still be told something."""
    return (
        snapshot.link.kind in ("live", "starting")
        and snapshot.link.status not in ("lost", "over")
        and snapshot.state.finished is None
    )


# --- why not -------------------------------------------------------------------------------------


def _live(snapshot: Snapshot, view: View) -> str:
    if is_live(snapshot):
        return ""
    if is_replay(snapshot):
        return "this is a replay: what happened cannot be changed"
    if snapshot.link.status == "lost" and snapshot.state.finished is None:
        return "the supervisor is gone: nobody can be told"
    return "the run has ended" if snapshot.state.finished is not None else "no run is on"


def _steer(snapshot: Snapshot, view: View) -> str:
    """What needs the controls."""
    why = _live(snapshot, view)
    if not why and snapshot.link.controls == "theirs":
        who = snapshot.link.holder or snapshot.state.controls or "another console"
        return f"read-only: {who} has the controls; t takes them"
    return why


def _loaded(snapshot: Snapshot, view: View) -> str:
    """What changes a load that is on."""
    why = _steer(snapshot, view)
    if why:
        return why
    state = snapshot.state.state
    if state == "paused":
        return "the run is paused; p brings the load back"
    if state in ("stopping", "stopped"):
        return "the run is stopping"
    return "" if state in _ON else "the load has not begun"


def _fewer(snapshot: Snapshot, view: View) -> str:
    why = _loaded(snapshot, view)
    if why:
        return why
    if is_open(snapshot.state):
        return "" if wanted_rate(snapshot.state) > 0 else "the rate is 0 already"
    return "" if snapshot.state.target > 0 else "there are no users to take away"


def _next(snapshot: Snapshot, view: View) -> str:
    why = _loaded(snapshot, view)
    if why or snapshot.state.proposals or snapshot.state.search.ignored:
        return why
    if is_search(snapshot.state):
        over = snapshot.state.search.found is not None
        return "the search is over" if over else "the search proposes what comes next"
    return "" if has_next(snapshot.state) else "the shape has no further stage"


def _ignore(snapshot: Snapshot, view: View) -> str:
    why = _loaded(snapshot, view)
    proposed = [one for one in snapshot.state.proposals.values() if one.source == "capacity"]
    return why or ("" if proposed else "no level is proposed")


def has_next(state: RunState) -> bool:
    """Whether the shape may have another stage; one of the locustfile is asked when it comes."""
    plan = plan_of(state)
    if plan.get("locust_shape"):
        return True
    return (state.stage if state.stage is not None else -1) + 1 < len(plan.get("stages") or [])


def _hold(snapshot: Snapshot, view: View) -> str:
    why = _loaded(snapshot, view)
    if why or snapshot.state.held:
        return why
    return "" if is_shaped(snapshot.state) else "this load is by hand; there is no shape to hold"


def _pause(snapshot: Snapshot, view: View) -> str:
    if snapshot.state.state == "paused":
        return _steer(snapshot, view)
    return _loaded(snapshot, view)


def _undo(snapshot: Snapshot, view: View) -> str:
    why = _loaded(snapshot, view)
    return why or ("" if undoable(snapshot.state) else "there is no change by hand to undo")


def undoable(state: RunState) -> int:
    """How many changes by hand can be taken back."""
    count = 0
    for mark in state.marks:
        if mark.type == "undo":
            count = max(0, count - 1)
        elif not mark.command_id:
            continue
        elif mark.type in ("users", "rate", "resume") or (
            mark.type == "hold" and mark.why != _BY_HAND
        ):
            count = min(count + 1, _UNDO_KEPT)
    return count


def _stop(snapshot: Snapshot, view: View) -> str:
    why = _steer(snapshot, view)
    return why or ("the run is stopping already" if snapshot.state.state == "stopping" else "")


def _take(snapshot: Snapshot, view: View) -> str:
    why = _live(snapshot, view)
    if why:
        return why
    taken = snapshot.link.controls in ("theirs", "free")
    return "" if taken else "this console has the controls"


def _release(snapshot: Snapshot, view: View) -> str:
    why = _live(snapshot, view)
    ours = snapshot.link.controls == "ours"
    return why or ("" if ours else "this console does not have the controls")


def _freeze(snapshot: Snapshot, view: View) -> str:
    if snapshot.frozen:
        return ""
    return _live(snapshot, view)


def _replay(snapshot: Snapshot, view: View) -> str:
    return "" if is_replay(snapshot) else "this is no replay"


def _seek(snapshot: Snapshot, view: View) -> str:
    if view.typing or view.reading:
        return "left and right belong to what has the focus"
    return _replay(snapshot, view)


def _export(snapshot: Snapshot, view: View) -> str:
    return "" if snapshot.state.started is not None else "there is nothing to export yet"


def _report(snapshot: Snapshot, view: View) -> str:
    return "" if snapshot.state.finished is not None else "the run is still on"


def _two_charts(snapshot: Snapshot, view: View) -> str:
    return "" if view.one_chart else "both charts are in sight"


def _baseline(snapshot: Snapshot, view: View) -> str:
    return "" if view.tab == "baseline" else "the Baseline panel (3) does that"


def _pin(snapshot: Snapshot, view: View) -> str:
    return _baseline(snapshot, view) or _steer(snapshot, view)


def _workers(snapshot: Snapshot, view: View) -> str:
    why = _steer(snapshot, view)
    if not why and not is_distributed(snapshot.state):
        return f"this run has no workers; {more_room_said(snapshot.state)}"
    if not why and snapshot.state.state in ("stopping", "stopped"):
        return "the run is stopping"
    return why


def _remove(snapshot: Snapshot, view: View) -> str:
    why = _workers(snapshot, view)
    if why:
        return why
    if view.tab != "workers":
        return "the Workers panel (6) does that"
    return "" if view.worker else "no worker is chosen: move to its row"


_RULES: Mapping[str, Callable[[Snapshot, View], str]] = {
    "more": _loaded,
    "fewer": _fewer,
    "step_size": _steer,
    "set_users": _loaded,
    "next": _next,
    "ignore": _ignore,
    "hold": _hold,
    "pause": _pause,
    "undo": _undo,
    "note": _live,
    "begin_window": _steer,
    "stop": _stop,
    "kill": _steer,
    "detach": _live,
    "freeze": _freeze,
    "take": _take,
    "release": _release,
    "policy": _steer,
    "guard": _steer,
    "export": _export,
    "report": _report,
    "other_chart": _two_charts,
    "pin": _pin,
    "promote": _baseline,
    "add_worker": _workers,
    "remove_worker": _remove,
    "remove": _workers,
    "replay_pause": _replay,
    "replay_speed": _replay,
    "seek": _seek,
}
