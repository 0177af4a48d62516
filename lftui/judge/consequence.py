"""What an outcome means for whoever runs a pipeline: the rule of the exit code, check by check."""

from __future__ import annotations

from lftui import exit_codes
from lftui.judge.exit_code import OF_OUTCOME, exit_code, fail_on
from lftui.judge.outcome import Outcome
from lftui.run_state import RunState

_ENDS: dict[str, str] = {
    "generator_lost": "the generator was lost",
    "supervisor_lost": "the supervisor was lost",
    "killed": "the run was killed",
    "refused": "the run was refused",
    "interrupted": "the run was interrupted",
}


def breaks(state: RunState, outcome: Outcome) -> bool:
    """Whether a check with this outcome fails the pipeline, as the run's verdict would."""
    return OF_OUTCOME[outcome, fail_on(state)] == exit_codes.FAIL


def run_breaks(state: RunState, outcome: Outcome) -> bool:
    """Whether the run with this verdict ends with any exit code but 0."""
    return exit_code(state, outcome) != exit_codes.PASS


def broke_off(state: RunState) -> str:
    """Why the figures are those of no whole run, in a sentence; empty for one that ended in order.

    It is the run that broke then, whatever its checks say of what was measured.
    """
    finished = state.finished
    if finished is None:
        return "the run has no end: these are the figures up to its last record"
    said = _ENDS.get(finished.reason, "")
    return f"{said}: {finished.message}" if said and finished.message else said
