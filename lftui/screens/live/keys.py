"""The keys of the Live screen: declared once, for bindings and palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from textual.binding import Binding

from lftui.judge.workers import there_now
from lftui.run_state import RunState
from lftui.screens.live.can import ANYWHERE, View, why_not
from lftui.screens.live.level import is_open
from lftui.snapshot import Snapshot


class Key(msgspec.Struct, frozen=True):
    """One key: its id for remaps, what it does, and the words for palette and help."""

    id: str
    keys: str
    action: str
    title: str
    help: str
    priority: bool = False


KEYS: tuple[Key, ...] = (
    Key("live.more", "plus,equals_sign", "more", "More users", "add users by the step size"),
    Key("live.fewer", "minus,underscore", "fewer", "Fewer users", "take users away by the step"),
    Key(
        "live.step_down", "left_square_bracket", "step_size(-1)", "Smaller step size", "of + and -"
    ),
    Key("live.step_up", "right_square_bracket", "step_size(1)", "Larger step size", "of + and -"),
    Key("live.users", "u", "set_users", "Set users", "exact users, spawn rate, users by class"),
    Key("live.next", "n", "next", "Next", "the next stage now, or do what is proposed"),
    Key("live.ignore", "i", "ignore", "Not now", "stay at this level; the search proposes again"),
    Key("live.hold", "h", "hold", "Hold / hand back", "hold the shape here, or hand back to it"),
    Key("live.pause", "p", "pause", "Pause / resume", "no users, figures kept; and back again"),
    Key("live.undo", "U", "undo", "Undo", "take the last change by hand back"),
    Key("live.note", "m", "note", "Note", "words for the journal, with the time"),
    Key("live.window", "w", "window", "Window", "figures of the last 10 s, this step, all, a mark"),
    Key("live.fresh", "x", "begin_window", "Measure afresh", "from here on; nothing is deleted"),
    Key("live.stop", "s", "stop", "Stop the run", "in order; asks first"),
    Key("live.kill", "K", "kill", "Kill the generator", "at once; asks first"),
    Key("live.detach", "d", "detach", "Detach", "leave the run running; lftui attach comes back"),
    Key("live.take", "t", "take", "Take the controls", "steer this run from here"),
    Key(
        "live.freeze", "space", "freeze", "Freeze the display", "recording goes on; and back again"
    ),
    Key("live.export", "e", "export", "Export", "the figures so far, in any format"),
    Key("live.filter", "slash", "filter", "Filter", "show only rows with these words"),
    Key("live.zoom", "z", "zoom", "Zoom the charts", "all, the last 10 minutes, the last minute"),
    Key("live.chart", "c", "other_chart", "Other chart", "throughput or response time"),
    Key("live.pin", "b", "pin", "Pin a baseline", "compare with another baseline or run"),
    Key("live.promote", "B", "promote", "Promote to baseline", "make this run the baseline"),
    Key("live.add_worker", "W", "add_worker", "Add a worker", "one more process of this machine"),
    Key(
        "live.remove_worker",
        "delete",
        "remove_worker",
        "Remove this worker",
        "of the Workers panel; its users move to the others; asks first",
    ),
    Key("live.replay_pause", "space", "replay_pause", "Pause the replay", "and go on"),
    Key("live.faster", "plus,equals_sign", "replay_speed(1)", "Faster", "up to 60x"),
    Key("live.slower", "minus,underscore", "replay_speed(-1)", "Slower", "down to 1x"),
    Key("live.back10", "left", "seek(-10)", "Back 10 s", "in the replay", True),
    Key("live.on10", "right", "seek(10)", "On 10 s", "in the replay", True),
    Key("live.back60", "shift+left", "seek(-60)", "Back 60 s", "in the replay", True),
    Key("live.on60", "shift+right", "seek(60)", "On 60 s", "in the replay", True),
    Key("live.leave", "q", "leave", "Leave", "stop, leave it running, or back; then the report"),
    Key("live.escape", "escape", "escape", "Back", "out of the filter; then as q"),
)


# What the same keys do in an open workload.
_RATE_WORDS: Mapping[str, tuple[str, str]] = {
    "live.more": ("Higher rate", "more iterations a second, by the step size"),
    "live.fewer": ("Lower rate", "fewer iterations a second, by the step size"),
    "live.users": ("Set the rate", "an exact rate of iterations"),
    "live.pause": ("Pause / resume", "no iterations, figures kept; and back again"),
}


def words_of(id: str, state: RunState, usual: tuple[str, str]) -> tuple[str, str]:
    """Title and help of a key, as they are in this run."""
    return _RATE_WORDS.get(id, usual) if is_open(state) else usual


def bindings(tabs: Sequence[tuple[int, str]]) -> list[Binding]:
    """The bindings of the screen, with a digit for each tab."""
    made = [
        Binding(one.keys, one.action, one.title, id=one.id, tooltip=one.help, priority=one.priority)
        for one in KEYS
    ]
    return made + [
        Binding(str(number), f"tab('{name}')", name.capitalize(), id=f"live.tab.{name}")
        for number, name in tabs
    ]


def name_of(action: str) -> str:
    """An action without its parameters."""
    return action.partition("(")[0]


# --- the palette ---------------------------------------------------------------------------------

Named = tuple[str, str, str]
"""A title, what it does, and the action of the screen."""

_WINDOWS = (
    ("recent", "the last 10 s"),
    ("step", "this step"),
    ("run", "the whole run"),
    ("fresh", "since your mark"),
)
_WORKERS = 30  # of more of them the Workers panel is the place to choose one
_POLICIES = (
    ("hold", "hold the load, and stop after a while"),
    ("stop", "stop the run at once"),
    ("continue", "go on to the planned end"),
)


def live_commands(
    snapshot: Snapshot,
    view: View = ANYWHERE,
    tabs: Sequence[tuple[str, str]] = (),
) -> list[Named]:
    """Everything that can be done now: the keys, and what is too rare for one.

    Args:
        tabs: name and title of each panel.
    """
    every = [
        (*words_of(one.id, snapshot.state, (one.title, one.help)), one.action)
        for one in KEYS
        if one.action != "escape"
    ]
    every += [
        (f"Window: {text}", "what the figures are about", f"choose_window('{name}')")
        for name, text in _WINDOWS
        if name != "fresh" or snapshot.state.window is not None
    ]
    every += [(f"Panel: {title}", "under the charts", f"tab('{name}')") for name, title in tabs]
    every += [
        (f"With nobody there: {text}", f"dead-man policy {name}", f"policy('{name}')")
        for name, text in _POLICIES
        if name != snapshot.state.policy
    ]
    every += _guard_commands(snapshot)
    every += [
        (f"Remove the worker {one.id}", "its users move to the others", f"remove({one.id!r})")
        for one in there_now(snapshot.state)[:_WORKERS]
    ]
    every.append(("Release the controls", "so that another console may steer", "release"))
    # What belongs to one panel is done from any: the palette goes there.
    there = msgspec.structs.replace(view, tab="baseline", reading=False, typing=False)
    return [one for one in every if not why_not(name_of(one[2]), snapshot, there)]


def _guard_commands(snapshot: Snapshot) -> list[Named]:
    from lftui.judge.watch.guard import rule_names, rules_off

    names, off = rule_names(snapshot.state), rules_off(snapshot.state)
    commands = [
        (f"Guard off: {name}", "this limit is watched no more", f"guard({name!r}, False)")
        if name not in off
        else (f"Guard on: {name}", "this limit is watched again", f"guard({name!r}, True)")
        for name in names
    ]
    if len(off) < len(names):
        commands.append(("Guard off", "no limit is watched any more", "guard('', False)"))
    if off:
        commands.append(("Guard on", "all limits are watched", "guard('', True)"))
    return commands
