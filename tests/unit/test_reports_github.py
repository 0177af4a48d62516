"""Annotations and the summary of a job in GitHub Actions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from lftui.judge.verdict import judge
from lftui.reports import github
from lftui.reports.github import MOST, MOST_BYTES, annotations, job_summary
from lftui.run_state import RunState
from tests.unit import odd_runs
from tests.unit.odd_runs import Judged, ended, judged
from tests.unit.strategies import Play, plays

COMMAND = re.compile(r"::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)")


def unescaped(text: str) -> str:
    """What GitHub's runner makes of it: one sign after the other, the per cent last."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def read(run: Judged) -> list[tuple[str, str, str]]:
    """Level, title and message of each command, as the runner reads a job's output."""
    lines = "\n".join(annotations(*run)).splitlines()
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found), lines
    return [(one[1], unescaped(one[2]), unescaped(one[3])) for one in found if one is not None]


def test_the_verdict_the_checks_and_the_errors_explained() -> None:
    commands = read(odd_runs.recorded("errors"))
    assert [command[0] for command in commands[:4]] == ["error"] * 3 + ["warning"]
    level, title, message = commands[0]
    assert (level, title) == ("error", "lftui: fail")
    assert message == (
        "FAIL: GET /api/v1/health: error ratio 16.7 %, expected 0.10 %: more than the tolerated "
        "0.20 % and more than noise"
    )
    level, title, message = commands[4]
    assert (level, title) == ("notice", "lftui: 10 × Server error (5xx)")
    assert message.startswith("Points at the target. An exception in the target: find it in")
    assert message.splitlines()[1].startswith("4 × DELETE /api/v1/users/me: CatchResponseError(")


@pytest.mark.parametrize(
    ("thresholds", "fail_on", "levels"),
    [
        (["p95_ms<10"], "critical", ["error", "error"]),
        (["p95_ms<10"], "never", ["warning", "warning"]),
        (["p95_ms<10:warning"], "critical", ["warning", "warning"]),
        (["p95_ms<10:warning"], "warning", ["error", "error"]),
        (["p95_ms<100"], "critical", ["notice"]),
        (["p95_ms@/nowhere<100"], "critical", ["error"]),
        (["p95_ms@/nowhere<100"], "never", ["warning"]),
    ],
)
def test_errors_are_what_fails_the_job(
    thresholds: list[str], fail_on: str, levels: list[str]
) -> None:
    run = judged(ended(*thresholds, fail_on=fail_on))
    assert [command[0] for command in read(run)] == levels


def test_what_failed_and_the_whole_come_first() -> None:
    run = judged(ended("p95_ms@/a<10", "p95_ms<10", "p50_ms<5:warning", fail_on="warning"))
    assert [title for _, title, _ in read(run)] == [
        "lftui: fail",
        "lftui: fail p95_ms of total",
        "lftui: fail p95_ms of GET /a",
        "lftui: warn p50_ms of total",
    ]


@pytest.mark.parametrize(
    "state", [odd_runs.nothing(), odd_runs.half(), odd_runs.lost(), odd_runs.refused()]
)
def test_a_run_that_broke_off_is_an_error(state: RunState) -> None:
    level, title, message = read((state, judge(state)))[0]
    assert (level, title) == ("error", "lftui: the run broke off")
    assert message.splitlines()[0].startswith(("the run ", "the generator was lost: "))


def test_as_many_as_github_shows_and_the_rest_is_counted() -> None:
    commands = read(odd_runs.many())
    counts = {level: sum(one[0] == level for one in commands) for level in ("error", "warning")}
    assert counts == {"error": MOST, "warning": 0}
    assert "541 checks more did not pass" in commands[0][2]


def test_hostile_text_begins_no_second_command() -> None:
    commands = read(odd_runs.hostile())
    text = "".join(title + message for _, title, message in commands)
    assert "%0A::error::no" in text
    assert not set(text) & set("\x00\x1b\r\u202e\u2028")
    assert all(len(message) < 4_000 for _, _, message in commands)


def test_the_summary_of_the_job_has_room_for_more_than_a_comment() -> None:
    text = job_summary(*odd_runs.many())
    assert 100_000 < len(text.encode()) <= MOST_BYTES
    assert "… and 620 endpoints more" in text
    assert job_summary(*odd_runs.recorded("errors")).startswith("**■ FAIL: ")


def test_a_summary_that_is_too_long_gets_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "MOST_BYTES", 50_000)
    assert 10_000 < len(job_summary(*odd_runs.many()).encode()) <= 50_000


@settings(max_examples=30, deadline=None)
@given(plays())
def test_any_run_has_commands_that_can_be_read(play: Play) -> None:
    commands: list[Any] = read(judged(play.state))
    assert commands[0][1].startswith("lftui: ")
