"""The search for the capacity, as every report shows it: what was found, and its trials."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.judge.difference.words import digits
from lftui.judge.steps.search import SAID
from lftui.judge.steps.search_checks import found_of
from lftui.judge.steps.searched import held_rules, search_of
from lftui.reports.said import NONE, percent
from lftui.reports.verdict_json import rounded
from lftui.run_state import RunState, Trial
from lftui.shapes import Capacity
from lftui.shapes.rates import say_number

Json = dict[str, Any]
MONOTONE = (
    "A search takes it that a level above one that breaks would break as well, and says nothing of "
    "longer times than its steps."
)
HEADS = ("trial", "level", "said", "rps", "errors", "p50", "p95", "p99", "measured", "why")
"""What `trial_texts` gives; times in ms."""


def search_json(state: RunState) -> Json | None:
    """What was searched, what was found, and every trial; None of a run that did not search."""
    search = search_of(state)
    if search is None:
        return None
    found: Json = rounded(msgspec.to_builtins(found_of(state, search)))
    trials = [rounded(msgspec.to_builtins(_in_run(state, one))) for one in state.search.trials]
    return {
        **found,
        "over": state.search.found is not None,
        "hold": limits_of(state, search),
        "at_least": search.at_least,
        "start": search.start,
        "max": search.max,
        "growth": search.growth,
        "precision": search.precision,
        "step_s": search.step_s,
        "trials": trials,
    }


def search_sentences(state: RunState) -> list[str]:
    """What was found, what it means, and what the search takes for granted."""
    search = search_of(state)
    if search is None:
        return []
    found = found_of(state, search)
    limits = ", ".join(limits_of(state, search))
    held = f"Held for {search.step_s:g} s a level: {limits}." if limits else ""
    apart = f"What held and what did not are {found.why} of one another."
    why = apart if found.ended == "found" else ""
    return [one for one in (_capital(found.sentence), held, why, MONOTONE) if one]


def limits_of(state: RunState, search: Capacity) -> list[str]:
    """The limits that a search holds, as they are written."""
    thresholds = state.started.thresholds if state.started is not None else None
    return [one.text.removesuffix(":critical") for one in held_rules(search, thresholds)]


def trial_texts(state: RunState, trial: Trial) -> list[str]:
    """A trial's cells, under `HEADS`."""
    steps = f" in {trial.times} steps" if trial.times > 1 else ""
    return [
        f"{trial.number}",
        level_text(state, trial.level),
        f"{SAID[trial.said]}{steps}",
        NONE if trial.rps is None else digits(trial.rps),
        NONE if trial.error_ratio is None else percent(trial.error_ratio),
        *(
            NONE if one is None else digits(one)
            for one in (trial.p50_ms, trial.p95_ms, trial.p99_ms)
        ),
        f"{trial.measured_s:.0f} s",
        trial.why,
    ]


def level_text(state: RunState, level: float) -> str:
    """A level as a figure: users, or iterations a second."""
    search = search_of(state)
    return f"{level:,.0f}" if search is None or search.unit == "users" else say_number(level)


def level_head(state: RunState) -> str:
    """What the levels are."""
    search = search_of(state)
    return "users" if search is None or search.unit == "users" else "iterations/s"


def _in_run(state: RunState, trial: Trial) -> Trial:
    """The trial with its times in seconds of the run, as the steps have theirs."""
    began = state.load_began_s or 0.0
    return msgspec.structs.replace(
        trial, began_s=trial.began_s - began, ended_s=trial.ended_s - began
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _ms(value: float | None) -> str:
    return NONE if value is None else digits(value)
