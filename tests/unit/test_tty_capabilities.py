"""What a terminal can show, by its environment."""

from __future__ import annotations

import pytest

from lftui.tty.capabilities import capabilities

UTF8 = {"LANG": "en_US.UTF-8"}


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({"TERM": "xterm-256color"}, "full"),
        ({"TERM": "screen-256color"}, "full"),
        ({"TERM": "tmux-256color"}, "full"),
        ({"TERM": "xterm-kitty"}, "full"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "full"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "full"),
        ({"TERM": "xterm", "COLORTERM": "yes"}, "ansi"),
        ({"TERM": "xterm"}, "ansi"),
        ({"TERM": "xterm-16color"}, "ansi"),
        ({"TERM": "screen"}, "ansi"),
        ({"TERM": "linux"}, "ansi"),
        ({"TERM": "vt100"}, "ansi"),
        ({"TERM": "ansi"}, "ansi"),
        ({"TERM": ""}, "ansi"),
        ({}, "ansi"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "none"),
    ],
)
def test_colors_follow_the_terminals_name(environment: dict[str, str], colors: str) -> None:
    assert capabilities(environment | UTF8).colors == colors


@pytest.mark.parametrize(
    "environment",
    [{"TERM": "xterm"}, {"TERM": "xterm-256color"}, {"TERM": "screen"}, {"TERM": "alacritty"}],
)
def test_the_promise_is_what_rich_keeps(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rich writes the colors in the end: where it writes 16, a full palette's hues shift."""
    from rich.console import Console

    monkeypatch.delenv("TEXTUAL_COLOR_SYSTEM", raising=False)
    system = Console(force_terminal=True, _environ=environment).color_system
    assert (system != "standard") == (capabilities(environment).colors == "full")


@pytest.mark.parametrize(
    ("locale", "unicode"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "en_US.UTF-8", "LC_CTYPE": "C"}, True),
        ({"LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, True),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, True),
    ],
)
def test_the_locale_says_whether_braille_arrives(locale: dict[str, str], unicode: bool) -> None:
    found = capabilities({"TERM": "xterm-256color"} | locale)
    assert found.unicode == unicode
    assert unicode or "LANG" in found.reason or "LC_ALL" in found.reason


def test_the_linux_console_has_no_braille_in_any_locale() -> None:
    assert not capabilities({"TERM": "linux"} | UTF8).unicode


def test_ascii_can_be_asked_for() -> None:
    found = capabilities({"TERM": "xterm-256color"} | UTF8, only_ascii=True)
    assert not found.unicode
    assert found.reason == "--ascii"


def test_a_dumb_terminal_is_said_to_be_one() -> None:
    found = capabilities({"TERM": "dumb"} | UTF8)
    assert found.dumb
    assert "TERM=dumb" in found.reason
    assert not capabilities(UTF8).dumb


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_TTY"])
def test_the_mouse_is_off_over_ssh_unless_it_is_asked_for(name: str) -> None:
    there = {"TERM": "xterm-256color", name: "10.0.0.1 5 10.0.0.2 22"} | UTF8
    assert not capabilities(there).mouse
    assert capabilities(there, mouse=True).mouse
    assert capabilities(UTF8).mouse


def test_nothing_is_said_of_a_terminal_that_can_do_everything() -> None:
    assert capabilities({"TERM": "xterm-256color"} | UTF8).reason == ""
