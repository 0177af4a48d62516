"""The console's preferences: read leniently, and what is wrong in them is one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lftui.preferences import Preferences, read_preferences
from lftui.settings import read_settings
from lftui.snapshot import STEP_SIZES


def read(folder: Path, text: str) -> tuple[Preferences, str]:
    (folder / "lftui.toml").write_text(text)
    return read_preferences(None, folder)


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert read_preferences(None, tmp_path) == (Preferences(), "")
    assert Preferences().step_sizes == STEP_SIZES


def test_a_whole_table_is_read(tmp_path: Path) -> None:
    text = """
[console]
theme = "light"
ascii = true
mouse = false
refresh = 2
step_sizes = [100, 5, 5]
[console.keys]
"live.stop" = "ctrl+s"
live.kill = "f9"
"""
    found, wrong = read(tmp_path, text)
    assert wrong == ""
    assert found == Preferences(
        theme="light",
        ascii=True,
        mouse=False,
        refresh=2.0,
        step_sizes=(5, 100),
        keys={"live.stop": "ctrl+s", "live.kill": "f9"},
    )
    assert read_settings(None, tmp_path).console["theme"] == "light"


def test_the_project_file_will_do(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.lftui.console]\ntheme = "ansi"\n')
    assert read_preferences(None, tmp_path)[0].theme == "ansi"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("refresh = 0.1", "console.refresh: write a number of seconds from 0.5 to 10"),
        ("refresh = true", "console.refresh: write a number"),
        ("refresh = nan", "console.refresh: write a number"),
        ("ascii = 1", "console.ascii: write true or false"),
        ("theme = 3", "console.theme: this is no text"),
        ("step_sizes = []", "console.step_sizes: write a list of numbers of users"),
        ("step_sizes = [true]", "console.step_sizes: write a list"),
        ("step_sizes = [0]", "console.step_sizes: write a list"),
        ("keys = 3", "console.keys: this is no table"),
        ('keys = {"live.stop" = 3}', "console.keys: live.stop is no key"),
        ("colour = 3", "console.colour: there is no such setting"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_holds(tmp_path: Path, line: str, sentence: str) -> None:
    other = "mouse" if "theme" in line else "theme"
    value = "true" if other == "mouse" else '"dark"'
    found, wrong = read(tmp_path, f"[console]\n{other} = {value}\n{line}\n")
    assert sentence in wrong
    assert "lftui.toml" in wrong
    assert getattr(found, other) in (True, "dark")


@pytest.mark.parametrize("text", ["[console", "console = 3", "\xff"])
def test_a_broken_file_is_one_sentence_and_defaults(tmp_path: Path, text: str) -> None:
    (tmp_path / "lftui.toml").write_bytes(text.encode("latin-1"))
    found, wrong = read_preferences(None, tmp_path)
    assert found == Preferences()
    assert wrong
    assert "\n" not in wrong


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    assert "cannot be read" in read_preferences(str(tmp_path / "no.toml"), tmp_path)[1]


def test_preferences_are_read_without_pydantic() -> None:
    code = "import sys, lftui.preferences; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
