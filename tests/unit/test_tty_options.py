"""The options that count before the console is drawn."""

from __future__ import annotations

import os

import pytest

from lftui.console import _without_console_options, early_options
from lftui.options import OPTIONS
from lftui.tty.jobs import has_job_control


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        ("", {}, {}),
        ("-f x.py --ascii -u 3", {}, {"ascii": ""}),
        ("--theme lftui-light --mouse", {}, {"theme": "lftui-light", "mouse": ""}),
        ("--theme=lftui-light", {}, {"theme": "lftui-light"}),
        ("--lftui-theme lftui-light --lftui-ascii", {}, {"theme": "lftui-light", "ascii": ""}),
        ("--runs-dir --ascii", {}, {"runs-dir": "--ascii"}),
        ("--theme", {}, {"theme": ""}),
        ("ascii theme x", {}, {}),
        ("", {"LFTUI_ASCII": "1", "LFTUI_THEME": "x"}, {"ascii": "", "theme": "x"}),
        ("", {"LFTUI_ASCII": "0", "LFTUI_MOUSE": "off"}, {}),
        ("--theme y", {"LFTUI_THEME": "x"}, {"theme": "y"}),
        ("", {"LFTUI_RUNS_DIR": "/srv/runs"}, {"runs-dir": "/srv/runs"}),
    ],
)
def test_they_are_found_wherever_they_stand(
    words: str, variables: dict[str, str], found: dict[str, str]
) -> None:
    assert early_options(words.split(), variables) == found


def test_what_only_the_console_reads_is_kept_from_the_other_commands() -> None:
    words = "--ascii RUN --theme x --runs-dir d --lftui-mouse --theme=y --plain"
    assert _without_console_options(words.split()) == ["RUN", "--runs-dir", "d", "--plain"]


def test_they_are_in_the_help() -> None:
    names = {option.name: option.value for option in OPTIONS}
    assert {name: names[name] for name in ("--ascii", "--mouse", "--theme")} == {
        "--ascii": "",
        "--mouse": "",
        "--theme": "NAME",
    }


def test_nobody_knows_a_process_that_is_not_there() -> None:
    assert not has_job_control(2**22 + 1)
    assert not has_job_control(os.getsid(0)), "above a session's leader there is no shell"
