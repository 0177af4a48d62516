"""The exit code of a run: the tables of docs/cli.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from lftui.judge.exit_code import OF_OUTCOME, FailOn, exit_code
from lftui.judge.outcome import Outcome
from lftui.records import ExceptionSeen, Finished
from lftui.run_state import RunState
from tests.unit.strategies import Play, Sent

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")


def ended(
    plan: dict[str, Any] | None = None, failed: bool = False, raised: bool = False, **finished: Any
) -> RunState:
    """A run that is over."""
    play = Play(plan=plan)
    play.tick([Sent(play.endpoint(), 1000, failed=failed)])
    if raised:
        play.say(ExceptionSeen(id=1, count=0, message="boom"))
    play.say(Finished(**{"reason": "completed", "exit_code": 0, **finished}))
    return play.state


def test_the_table_has_every_outcome_for_every_level() -> None:
    assert set(OF_OUTCOME) == {(outcome, level) for outcome in OUTCOMES for level in FAIL_ON}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_document_says_what_the_table_says(outcome: Outcome) -> None:
    row = re.search(rf"^\| {outcome} \| (\d) \| (\d) \| (\d) \|$", DOCUMENT, re.MULTILINE)
    assert row is not None
    told = dict(zip(("critical", "warning", "never"), map(int, row.groups()), strict=True))
    assert told == {level: OF_OUTCOME[(outcome, level)] for level in FAIL_ON}


@pytest.mark.parametrize(("outcome", "level"), OF_OUTCOME)
def test_a_run_that_ended_as_planned_has_its_outcomes_code(outcome: Outcome, level: FailOn) -> None:
    assert exit_code(ended({"fail_on": level}), outcome) == OF_OUTCOME[(outcome, level)]


@pytest.mark.parametrize(
    ("state", "interrupted", "code"),
    [
        (ended(script_exit_code=7, reason="generator_lost"), False, 7),
        (ended(script_exit_code=0, exit_code=1), False, 0),
        (ended(reason="interrupted"), False, 130),
        (ended(reason="killed"), True, 130),
        (ended(reason="killed"), False, 4),
        (ended(reason="generator_lost"), False, 4),
        (ended(reason="supervisor_lost"), False, 4),
        (ended(reason="refused", exit_code=None), False, 2),
        (ended({"exit_code_on_error": 9}, failed=True), False, 9),
        (ended({"exit_code_on_error": 0}, failed=True), False, 0),
        (ended({"exit_code_on_error": 9}, raised=True), False, 9),
        (ended({"exit_code_on_error": 9}), False, 1),
        (ended(exit_code=2), False, 1),
        (RunState(), False, 4),
    ],
)
def test_what_comes_before_a_failed_outcome(state: RunState, interrupted: bool, code: int) -> None:
    assert exit_code(state, "fail", interrupted) == code


def test_a_listener_that_raised_is_locusts_own_code() -> None:
    assert exit_code(ended(exit_code=2), "pass") == 2
    assert exit_code(ended(exit_code=2, failed=True), "pass") == 0


def test_a_run_that_the_guard_ended_has_its_outcomes_code() -> None:
    assert exit_code(ended(reason="guard"), "fail") == 1
