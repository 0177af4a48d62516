"""What the runner of a GitHub Actions job is told, and that nobody else can tell it anything."""

from __future__ import annotations

import re
from pathlib import Path

from lftui.github_actions import GitHubActions
from tests.unit.exported import recorded, told_of

TOLD = told_of(recorded("report"))


def test_elsewhere_nothing_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    github = GitHubActions({"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}, said.append)
    github.begin()
    assert github.tell(TOLD.state, TOLD.verdict) is None
    github.end()
    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_commands_are_off_until_the_run_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    summary = tmp_path / "summary"
    summary.write_text("an earlier step's\n")
    github = GitHubActions(
        {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}, said.append
    )
    github.begin()
    github.end()
    assert github.tell(TOLD.state, TOLD.verdict) is None
    github.end()
    stop, resume, *commands = said
    token = stop.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert resume == f"::{token}::"
    assert commands[0].startswith("::error ")
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)
    assert all("\n" not in line for line in commands)
    text = summary.read_text("utf-8")
    assert text.startswith("an earlier step's\n")
    assert "FAIL" in text


def test_a_summary_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    github = GitHubActions(
        {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "summary")},
        lambda line: None,
    )
    complaint = github.tell(TOLD.state, TOLD.verdict)
    assert complaint is not None
    assert "cannot be written: no such file or directory" in complaint
