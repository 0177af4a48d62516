"""From a run's end and its verdict to an exit code. `docs/cli.md` has the table for people."""

from __future__ import annotations

from typing import Literal, get_args

from lftui import exit_codes
from lftui.judge.outcome import Outcome
from lftui.run_state import RunState

FailOn = Literal["warning", "critical", "never"]

OF_OUTCOME: dict[tuple[Outcome, FailOn], int] = {
    ("pass", "critical"): exit_codes.PASS,
    ("pass", "warning"): exit_codes.PASS,
    ("pass", "never"): exit_codes.PASS,
    ("warn", "critical"): exit_codes.PASS,
    ("warn", "warning"): exit_codes.FAIL,
    ("warn", "never"): exit_codes.PASS,
    ("fail", "critical"): exit_codes.FAIL,
    ("fail", "warning"): exit_codes.FAIL,
    ("fail", "never"): exit_codes.PASS,
    ("inconclusive", "critical"): exit_codes.INCONCLUSIVE,
    ("inconclusive", "warning"): exit_codes.INCONCLUSIVE,
    ("inconclusive", "never"): exit_codes.PASS,
}

_LOST = ("generator_lost", "supervisor_lost", "killed")


def exit_code(state: RunState, outcome: Outcome, interrupted: bool = False) -> int:
    """The exit code of a run that is over.

    Args:
        outcome: the run's verdict.
        interrupted: the operator wanted it to end, and was not waited for.
    """
    finished = state.finished
    if finished is None:
        return exit_codes.BROKEN
    if finished.script_exit_code is not None:
        return finished.script_exit_code
    if finished.reason == "interrupted" or (interrupted and finished.reason == "killed"):
        return exit_codes.INTERRUPTED
    if finished.reason in _LOST:
        return exit_codes.BROKEN
    if finished.reason == "refused":
        return finished.exit_code if finished.exit_code is not None else exit_codes.PLAN
    plan = state.started.plan if state.started is not None else {}
    explicit = plan.get("exit_code_on_error")
    if explicit is not None and _errors(state):
        return int(explicit)
    code = OF_OUTCOME[(outcome, fail_on(state))]
    # Locust's own: an exception outside of any user, such as in a listener.
    listener_raised = finished.exit_code == exit_codes.PLAN and not _errors(state)
    return exit_codes.PLAN if listener_raised and code != exit_codes.FAIL else code


def fail_on(state: RunState) -> FailOn:
    """`--fail-on` as the plan has it; "critical" where it has none that is known."""
    plan = state.started.plan if state.started is not None else {}
    known: tuple[FailOn, ...] = get_args(FailOn)
    return next((one for one in known if one == plan.get("fail_on")), "critical")


def _errors(state: RunState) -> bool:
    figures = state.total if state.reset is None else state.reset.total
    return bool(figures.failures or state.exceptions)
