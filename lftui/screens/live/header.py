"""The first line of the Live screen: what load is on, on what, since when, and who steers."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.workers import is_distributed, missing_now, there_now
from lftui.live_view import clock, elapsed_s, plan_of, status_word
from lftui.run_state import RunState
from lftui.screens.live.parts import Part, Row, cut, joined
from lftui.search_view import progress
from lftui.snapshot import LinkFacts, Snapshot
from lftui.widgets.look import Look

_STATE_LEVELS = {
    "RUNNING": "good",
    "SPAWNING": "good",
    "COMPLETED": "good",
    "HELD": "warning",
    "PAUSED": "warning",
    "STOPPING": "warning",
    "STOPPED": "good",
    "INTERRUPTED": "warning",
    "QUIT_BY_SCRIPT": "warning",
    "DEAD_MAN": "warning",
    "LOADING": "unknown",
    "READY": "unknown",
    "WAITING": "unknown",
}
_ENDED_WORDS = {
    "QUIT_BY_SCRIPT": "QUIT BY SCRIPT",
    "GUARD": "STOPPED BY GUARD",
    "DEAD_MAN": "ENDED, NOBODY THERE",
    "SUPERVISOR_LOST": "SUPERVISOR LOST",
    "GENERATOR_LOST": "GENERATOR LOST",
}
_HOST_LEAST = 20
_BY_HAND = ("manual", "capacity")
"""Shapes that ask for no load by themselves: there is nothing to hold."""


def header_row(snapshot: Snapshot, window: str, look: Look, width: int) -> Row:
    """The line in at most `width` cells; what matters least gives way.

    Args:
        window: what the figures are about, in words; "" where there are none yet.
    """
    state, link = snapshot.state, snapshot.link
    parts = [
        _subject(state, look, width),
        Part([_state(snapshot, look)], 0),
        _replay(link, look) if link.replay else _time(state),
        _step(state),
        _rate(state),
        _place(state),
        _window(window),
        _controls(link),
    ]
    return joined(parts, width)


def status(snapshot: Snapshot) -> str:
    """The run's state in a word or two; LOST where nobody can tell it."""
    if snapshot.link.status == "lost":
        return "LOST"
    if snapshot.link.kind == "starting" and snapshot.state.started is None:
        return "STARTING"
    if snapshot.link.kind == "none" and snapshot.state.started is None:
        return "NO RUN"
    return status_word(snapshot.state)


def scenario_name(state: RunState) -> str:
    """The locustfile's name without its folder and `.py`."""
    started = state.started
    paths = [one.path for one in started.scenario] if started else []
    paths = paths or list(plan_of(state).get("locustfiles") or [])
    return paths[0].rpartition("/")[2].removesuffix(".py") if paths else "run"


def is_shaped(state: RunState) -> bool:
    """Whether a load shape drives this run, so that it can be held."""
    plan = plan_of(state)
    shape = str(plan.get("shape") or "")
    return bool(plan.get("locust_shape")) or bool(shape and not shape.startswith(_BY_HAND))


def _subject(state: RunState, look: Look, width: int) -> Part:
    """Scenario and target; the target never goes, least of all production."""
    if state.started is None:
        return Part([[]])
    name = scenario_name(state)
    host = state.started.host or "(hosts of the locustfile)"
    bare = host.partition("://")[2].rstrip("/") or host
    loud: Row = []
    if state.started.production:
        loud = [("PRODUCTION", "!critical"), (" ", "")]
    dots = look.plain("…")
    return Part(
        [
            [*loud, (f"{name} → ", ""), (host, "strong")],
            [*loud, (f"{name} → ", ""), (bare, "strong")],
            [*loud, (f"{cut(name, 8, dots)} → ", ""), (bare, "strong")],
            [*loud, ("→ ", ""), (cut(bare, max(_HOST_LEAST, width // 3), dots), "strong")],
            [*loud, (cut(bare, _HOST_LEAST, dots), "strong")],
            [*loud, (cut(bare, 10, dots), "strong")],
        ],
        6,
    )


def _state(snapshot: Snapshot, look: Look) -> Row:
    word = status(snapshot)
    unknown = word in ("STARTING", "NO RUN")
    level = "unknown" if unknown else _STATE_LEVELS.get(word, "critical")
    text = f"{look.sign(level)} {_ENDED_WORDS.get(word, word)}"
    return [(text, "!critical" if level == "critical" else look.tone_of(level))]


def _time(state: RunState) -> Part:
    if state.started is None:
        return Part([[]])
    length = plan_of(state).get("duration_s")
    done = clock(elapsed_s(state))
    if not length:
        return Part([[(done, "strong"), (", no planned end", "dim")], [(done, "strong")]], 9)
    of = clock(float(length))
    return Part([[(done, "strong"), (f" / {of}", "")], [(done, "strong"), (f"/{of}", "")]], 9)


def _replay(link: LinkFacts, look: Look) -> Part:
    replay = link.replay
    if replay is None:
        return Part([[]])
    how = "paused" if replay.paused else f"{replay.speed:g}x"
    where = f"{clock(replay.position_s)}/{clock(replay.length_s)}"
    return Part([[("REPLAY", "accent"), (f" {how} ", "strong"), (where, "strong")]], 0)


def _step(state: RunState) -> Part:
    """Which stage of how many, how far a search is, or how the load is made."""
    if said := progress(state):
        shorter = (progress(state, words) for words in (1, 0))
        return Part([*([(one, "accent")] for one in (said, *shorter)), []], 7)
    plan = plan_of(state)
    stages = len(plan.get("stages") or [])
    name = str(plan.get("locust_shape") or str(plan.get("shape") or "").partition(":")[0])
    if stages > 1 and state.stage is not None:
        where = f"{state.stage + 1}/{stages}"
        return Part([[(f"{name} {where}", "")], [(where, "")], []], 10)
    return Part([[(name, "")], []] if name else [[]], 11)


def _rate(state: RunState) -> Part:
    """The rate that an open workload wants; `→ 30/s` while it is on its way there."""
    if state.arrivals is None or state.finished is not None:
        return Part([[]])
    rate = rate_said(state.arrivals.goal_rate)
    if state.state == "spawning":
        return Part([[("rate ", "dim"), (f"→ {rate}", "strong")], [(f"→ {rate}", "strong")]], 9)
    return Part([[("rate ", "dim"), (rate, "strong")], [(rate, "strong")]], 9)


def _place(state: RunState) -> Part:
    """Where load is made."""
    if plan_of(state).get("in_process"):
        return Part([[("IN-PROCESS", "warning")], []], 12)
    if state.started is None:
        return Part([[]])
    if not is_distributed(state):
        return Part([[("LOCAL", "dim")], []], 12)
    over = state.finished is not None
    here, lost = len(state.workers if over else there_now(state)), len(missing_now(state))
    if lost:
        text = f"{here:,} of {here + lost:,} workers"
        return Part([[(text, "!critical")], [(f"{here:,}/{here + lost:,}", "!critical")]], 12)
    return Part([[(f"{here:,} {'worker' if here == 1 else 'workers'}", "")], []], 12)


def _window(title: str) -> Part:
    if not title:
        return Part([[]])
    return Part([[("window: ", "dim"), (title, "strong")], [(title, "strong")]], 8)


def _controls(link: LinkFacts) -> Part:
    if link.kind != "live" or link.status in ("lost", "over"):
        return Part([[]])
    if link.controls == "theirs":
        return Part([[("READ-ONLY", "!warning")]], 0)
    if link.controls == "free":
        return Part([[("controls: free", "accent")], [("free", "accent")], []], 7)
    return Part([[]])
