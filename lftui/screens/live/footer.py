"""The footer of the Live screen: the keys that do something now, the most important first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from lftui.screens.live.can import View, is_replay
from lftui.screens.live.level import is_open
from lftui.screens.live.parts import Row, width_of
from lftui.snapshot import Snapshot
from lftui.widgets.key_line import key_name
from lftui.widgets.look import Look


class Entry(msgspec.Struct, frozen=True):
    """Keys that stand together in the footer."""

    ids: tuple[str, ...]
    label: str


FOOTER: tuple[Entry, ...] = (
    Entry(("live.more", "live.fewer"), "users"),
    Entry(("live.step_down", "live.step_up"), "step"),
    Entry(("live.replay_pause",), "pause"),
    Entry(("live.back10", "live.on10"), "10 s"),
    Entry(("live.back60", "live.on60"), "60 s"),
    Entry(("live.faster", "live.slower"), "speed"),
    Entry(("live.users",), "set"),
    Entry(("live.next",), "next"),
    Entry(("live.ignore",), "not now"),
    Entry(("live.hold",), "hold"),
    Entry(("live.pause",), "pause"),
    Entry(("live.take",), "take controls"),
    Entry(("live.stop",), "stop"),
    Entry(("live.leave",), "leave"),
    Entry(("app.help",), "help"),
    Entry(("live.pin",), "pin baseline"),
    Entry(("live.promote",), "promote"),
    Entry(("live.remove_worker",), "remove worker"),
    Entry(("live.add_worker",), "add worker"),
    Entry(("live.note",), "note"),
    Entry(("live.window",), "window"),
    Entry(("live.detach",), "detach"),
    Entry(("live.undo",), "undo"),
    Entry(("table.open",), "details"),
    Entry(("live.filter",), "filter"),
    Entry(("live.fresh",), "fresh"),
    Entry(("live.chart",), "chart"),
    Entry(("live.zoom",), "zoom"),
    Entry(("live.export",), "export"),
    Entry(("live.freeze",), "freeze"),
    Entry(("table.sort",), "sort"),
    Entry(("live.kill",), "kill"),
    Entry(("table.reorder",), "reorder"),
)
LINES = 2
_ANSWERS = (("live.next",), ("live.ignore",))
_GAP = 2


def footer_rows(
    active: Mapping[str, str], snapshot: Snapshot, view: View, look: Look, width: int
) -> tuple[list[Row], list[list[str]]]:
    """The keys that do something now, the most important first, in at most two lines; and for
    each span the id whose action a click on it stands for.

    Args:
        active: the first key of each binding that can be used now, by the binding's id.
    """
    if view.typing:
        return [[("enter", "accent"), (" keep", ""), ("  esc", "accent"), (" clear", "")]], []
    rows: list[Row] = [[]]
    hits: list[list[str]] = [[]]
    for entry in _in_order(snapshot):
        keys = [key_name(active[one]) for one in entry.ids if one in active]
        if not keys:
            continue
        label = _label(entry, snapshot, view)
        joint = " " if any(key in "[]" for key in keys) else "/"
        loud = entry.ids[0] == "live.next" and bool(snapshot.state.proposals)
        spans: Row = [
            (joint.join(keys), "!warning" if loud else "accent"),
            (f" {look.plain(label)}", "warning" if loud else ""),
        ]
        gap = _GAP if rows[-1] else 0
        if width_of(rows[-1]) + gap + width_of(spans) > width:
            if len(rows) == LINES:
                continue  # a shorter one may still fit
            rows.append([])
            hits.append([])
            gap = 0
        if gap:
            rows[-1].append((" " * gap, ""))
            hits[-1].append("")
        first = next(one for one in entry.ids if one in active)
        rows[-1] += spans
        hits[-1] += [first, first]
    return rows, hits


def _in_order(snapshot: Snapshot) -> list[Entry]:
    """What is proposed comes before all else."""
    if not snapshot.state.proposals:
        return list(FOOTER)
    return sorted(FOOTER, key=lambda entry: entry.ids not in _ANSWERS)


def _label(entry: Entry, snapshot: Snapshot, view: View) -> str:
    found = _LABELS.get(entry.ids[0])
    return found(snapshot, view) if found is not None else entry.label


def _leave_label(snapshot: Snapshot, view: View) -> str:
    return "report" if snapshot.state.finished and not is_replay(snapshot) else "leave"


_LABELS: Mapping[str, Callable[[Snapshot, View], str]] = {
    "live.more": lambda snapshot, view: "rate" if is_open(snapshot.state) else "users",
    "live.step_down": lambda snapshot, view: f"step {snapshot.step_size}",
    "live.next": lambda snapshot, view: "accept" if snapshot.state.proposals else "next",
    "live.hold": lambda snapshot, view: "hand back" if snapshot.state.held else "hold",
    "live.pause": lambda snapshot, view: "resume" if snapshot.state.state == "paused" else "pause",
    "live.freeze": lambda snapshot, view: "unfreeze" if snapshot.frozen else "freeze",
    "live.replay_pause": lambda snapshot, view: (
        "go on" if snapshot.link.replay and snapshot.link.replay.paused else "pause"
    ),
    "live.leave": _leave_label,
}
