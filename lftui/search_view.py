"""The search for the capacity in words: what is tried, what is proposed, how trials went."""

from __future__ import annotations

from lftui.judge.steps.search import SAID
from lftui.judge.steps.searched import search_of
from lftui.records import Proposed
from lftui.run_state import RunState
from lftui.run_state.searched import Trial
from lftui.shapes import say_level


def is_search(state: RunState) -> bool:
    """Whether this run searches for the capacity."""
    return search_of(state) is not None


def progress(state: RunState, words: int = 2) -> str:
    """`capacity search: trial 4, 90 users, 12 s of 30 s`, with less `words` `trial 4, 12 s of 30 s`
    and `trial 4 12/30 s`; empty where none is on."""
    search, now = search_of(state), state.search.now
    if search is None or state.finished is not None:
        return ""
    if state.search.found is not None:
        return ("over", "search over", "capacity search: over")[words]
    if now is None:
        return ("search", "search begins", "capacity search: begins")[words]
    level = say_level(search.unit, now.level)
    at = short = "settles"
    if now.since_s is not None:
        done = min(max(0.0, (state.last_tick_s or now.since_s) - now.since_s), now.step_s)
        at, short = f"{done:.0f} s of {now.step_s:.0f} s", f"{done:.0f}/{now.step_s:.0f} s"
    return (
        f"trial {now.number} {short}",
        f"trial {now.number}, {at}",
        f"capacity search: trial {now.number}, {level}, {at}",
    )[words]


def proposal_said(proposed: Proposed) -> str:
    """`capacity: 90 users held; next 135 users?`; of the guard `the guard proposes to …: why`."""
    load = load_of(proposed)
    if proposed.source == "capacity":
        why = f"{proposed.reason}; " if proposed.reason else ""
        back = "back to" if proposed.action == "step-back" else "next"
        said = f"{why}{back} {load}?"
        return said if why.startswith("capacity") else f"capacity: {said}"
    deeds = {"step-back": "to step back", "stop": "to stop the run", "hold": "to hold the load"}
    deed = deeds.get(proposed.action, f"to {proposed.action}")
    why = f": {proposed.reason}" if proposed.reason else ""
    return f"the guard proposes {deed}{f' to {load}' if load else ''}{why}"


def load_of(proposed: Proposed) -> str:
    """The load that is proposed, in words; empty where none is."""
    if proposed.rate is not None:
        return say_level("rate", proposed.rate)
    if proposed.users is None:
        return ""
    return f"{proposed.users:,} users" if proposed.users != 1 else "1 user"


def trial_said(trial: Trial) -> str:
    """`trial 4 held`, `trial 5 did not hold: p95 2.31 s broke the limit 2 s`."""
    why = f": {trial.why}" if trial.why and trial.said != "holds" else ""
    return f"trial {trial.number} {SAID[trial.said]}{why}"
